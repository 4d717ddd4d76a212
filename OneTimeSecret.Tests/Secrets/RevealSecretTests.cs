namespace OneTimeSecret.Tests.Secrets;

public sealed class RevealSecretTests
{
    [Fact]
    public async Task A_secret_is_revealed_once_and_its_receipt_says_so()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Share("hello");
        Assert.Equal("new", (string?)(await server.Receipt(metadata))["state"]);
        Assert.Equal("hello", await server.Reveal(key));
        Assert.Null(await server.Reveal(key));
        Assert.Equal("received", (string?)(await server.Receipt(metadata))["state"]);
    }
}
