namespace OneTimeSecret.Tests.Components;

public sealed class SecurityTests
{
    private const string NotEncrypted = "The connection to this address is not encrypted";

    [Fact]
    public async Task The_page_names_this_host_and_the_limits_of_this_server()
    {
        await using var server = await RunningServer.Start("--Passphrases:MinLength=9", "--Limits:TriesInAll=55");
        var page = (await server.Read("/security")).Body!.TextContent;

        foreach (var text in (string[])[server.Http.BaseAddress!.Authority, "At least 9 characters", "After 55 "])
            Assert.Contains(text, page, StringComparison.Ordinal);
        Assert.DoesNotContain(NotEncrypted, page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://secrets.example.com", true)]
    [InlineData("https://secrets.example.com", false)]
    public async Task The_page_warns_if_the_public_address_is_not_encrypted(string address, bool warned)
    {
        await using var server = await RunningServer.Start($"--Site:PublicUrl={address}");
        var page = (await server.Read("/security")).Body!.TextContent;
        Assert.Equal(warned, page.Contains(NotEncrypted, StringComparison.Ordinal));
        Assert.Contains("secrets.example.com", page, StringComparison.Ordinal);
    }
}
