using System.Net;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Http;

public sealed class HealthTests
{
    [Theory]
    [InlineData("GET", "/health/live")]
    [InlineData("GET", "/health/ready")]
    [InlineData("HEAD", "/health/ready")]
    public async Task Running_server_is_healthy(string method, string path)
    {
        await using var server = await RunningServer.Start();
        using var answer = await server.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative)));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task Server_is_alive_but_not_ready_while_its_database_fails_and_recovers_by_itself()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        faults.Failing = "SELECT";
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Status("/health/ready"));
        Assert.Equal(HttpStatusCode.OK, await Status("/health/live"));
        faults.Failing = null;
        Assert.Equal(HttpStatusCode.OK, await Status("/health/ready"));

        async Task<HttpStatusCode> Status(string path)
        {
            using var answer = await server.Http.GetAsync(new Uri(path, UriKind.Relative));
            return answer.StatusCode;
        }
    }
}
