using OneTimeSecret.Core.Vault;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Components.Pages;

public sealed class BurnPageTests
{
    [Theory]
    [InlineData("/receipt/")]
    [InlineData("/private/")]
    public async Task Opening_the_page_burns_nothing_and_sending_its_form_burns(string path)
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Share("the value");
        using var reader = await new Reader(server).Open($"{path}{metadata}/burn");
        Assert.Equal("new", (string?)(await server.Receipt(metadata))["state"]);
        await reader.Send();
        Assert.Equal((200, "Your secret was destroyed unread"), (reader.Status, reader.Heading));
        Assert.Null(await server.Reveal(key));
        await reader.Open($"{path}{metadata}/burn");
        Assert.Equal("Your secret was destroyed unread", reader.Heading);
    }

    [Fact]
    public async Task The_passphrase_is_needed_and_a_wrong_one_burns_nothing()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("the value", "right");
        using var reader = await new Reader(server).Open($"/receipt/{metadata.Text}/burn");
        for (var i = 0; i < 5; i++)
        {
            await reader.Send(("Passphrase", "wrong"));
            Assert.StartsWith("That is not the passphrase", reader.Text("#passphrase-error"), Ordinal);
        }
        await reader.Send(("Passphrase", "right"));
        Assert.StartsWith("Too many wrong passphrases. Nothing was destroyed", reader.Text("#passphrase-error"), Ordinal);
        Assert.Equal(ReceiptState.New, (await server.Receipt(metadata)).State);
        server.Clock.Advance(TimeSpan.FromMinutes(30));
        await reader.Send(("Passphrase", "right"));
        Assert.Equal("Your secret was destroyed unread", reader.Heading);
        Assert.Null((await server.TryReveal(key, "right")).Value());
    }

    [Fact]
    public async Task Burning_a_secret_that_was_opened_meanwhile_says_that_it_was_opened()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Share("the value");
        using var reader = await new Reader(server).Open($"/receipt/{metadata}/burn");
        await server.Reveal(key);
        await reader.Send();
        Assert.Equal("Your secret was opened", reader.Heading);
    }

    [Fact]
    public async Task An_expired_receipt_is_not_found_by_page_or_form()
    {
        await using var server = await RunningServer.Start();
        var (_, metadata) = await server.Share("the value", ("ttl", "60"));
        using var reader = await new Reader(server).Open($"/receipt/{metadata}/burn");
        server.Clock.Advance(TimeSpan.FromSeconds(120));
        await reader.Send();
        Assert.Equal((404, "There is no receipt here"), (reader.Status, reader.Heading));
        await reader.Open($"/receipt/{metadata}/burn");
        Assert.Equal((404, "There is no receipt here"), (reader.Status, reader.Heading));
    }
}
