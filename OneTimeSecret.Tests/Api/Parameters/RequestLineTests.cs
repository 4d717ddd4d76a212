using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using OneTimeSecret.Web.Api.Parameters;

namespace OneTimeSecret.Tests.Api.Parameters;

/// <summary>The parameter reader relies on Kestrel to pass on the query string exactly as it was in the request line.</summary>
public sealed class RequestLineTests
{
    [Theory]
    [InlineData("secret=%C3%A9+%2B%25%00%0D%0A", "é +%\0\r\n")]
    [InlineData("secret=a%2526b", "a%26b")]
    [InlineData("secret=%FF", Fields.NotUtf8)]
    [InlineData("secret=%zz", UrlEncodedFields.BadEscape)]
    public async Task Kestrel_hands_the_query_over_as_sent(string query, string expected) =>
        Assert.EndsWith("\r\n\r\n" + expected, await Answer(query), StringComparison.Ordinal);

    [Fact]
    public async Task Kestrel_itself_refuses_raw_bytes_in_the_request_line() =>
        Assert.StartsWith("HTTP/1.1 400 ", await Answer("secret=\xC3\xA9"), StringComparison.Ordinal);

    private static async Task<string> Answer(string query)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var server = builder.Build();
        server.Run(async context =>
        {
            var reading = await ParameterReader.ReadAsync(context.Request, 0, context.RequestAborted);
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(reading switch
            {
                ParameterReading.Parsed(var parameters) => parameters.Text("secret")!,
                ParameterReading.Malformed(var reason) => reason,
                _ => "",
            }), context.RequestAborted);
        });
        await server.StartAsync(cancellationToken);

        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(server.Urls.Single()).Port, cancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Sent.Bytes($"POST /?{query} HTTP/1.0\r\nContent-Length: 0\r\n\r\n"), cancellationToken);

        using var answer = new StreamReader(stream, Encoding.UTF8);
        return await answer.ReadToEndAsync(cancellationToken);
    }
}
