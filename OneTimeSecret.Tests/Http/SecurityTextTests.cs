using System.Globalization;
using System.Net;

namespace OneTimeSecret.Tests.Http;

/// <summary>Where to report vulnerabilities (RFC 9116), if the operator says so.</summary>
public sealed class SecurityTextTests
{
    private const string Address = "/.well-known/security.txt";

    [Theory]
    [InlineData("mailto:security@example.com", "mailto:security@example.com")]
    [InlineData("https://example.com/report?a=b", "https://example.com/report?a=b")]
    [InlineData("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC")]
    public async Task The_file_names_contact_and_own_address_and_expires_within_a_year(string contact, string written)
    {
        await using var server = await RunningServer.Start(
            $"--Site:SecurityContact={contact}", "--Site:PublicUrl=https://secrets.example.com/");
        var lines = await Read(server);
        Assert.Equal($"Contact: {written}", lines[0]);
        Assert.Equal("Canonical: https://secrets.example.com/.well-known/security.txt", lines[2]);
        Assert.Equal(["Contact", "Expires", "Canonical", ""], lines.Select(line => line.Split(": ")[0]), StringComparer.Ordinal);
        var left = Expires(lines) - server.Clock.GetUtcNow();
        Assert.InRange(left.TotalDays, 90, 365);
    }

    [Fact]
    public async Task The_end_is_the_same_for_a_day_and_moves_with_the_next_one()
    {
        await using var server = await RunningServer.Start("--Site:SecurityContact=mailto:security@example.com");
        var now = server.Clock.GetUtcNow();
        server.Clock.SetUtcNow(new DateTimeOffset(now.UtcDateTime.Date.AddDays(1), TimeSpan.Zero));
        var first = await Read(server);
        Assert.Equal(["Contact", "Expires", ""], first.Select(line => line.Split(": ")[0]), StringComparer.Ordinal);
        server.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.Equal(first, await Read(server), StringComparer.Ordinal);
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromDays(1), Expires(await Read(server)) - Expires(first));
    }

    [Fact]
    public async Task Without_a_contact_there_is_no_such_page()
    {
        await using var server = await RunningServer.Start();
        using var answer = await server.Http.GetAsync(new Uri(Address, UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static DateTimeOffset Expires(string[] lines) =>
        DateTimeOffset.ParseExact(lines[1]["Expires: ".Length..], "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal);

    private static async Task<string[]> Read(RunningServer server)
    {
        using var answer = await server.Http.GetAsync(new Uri(Address, UriKind.Relative));
        Assert.Equal("text/plain; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        return (await answer.Content.ReadAsStringAsync()).Split('\n');
    }
}
