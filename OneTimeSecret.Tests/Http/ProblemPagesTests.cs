using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Components;

namespace OneTimeSecret.Tests.Http;

/// <summary>Failures are shown as pages of the product, with the right status.</summary>
public sealed class ProblemPagesTests
{
    [Theory]
    [InlineData("/nope")]
    [InlineData("/secret")]
    [InlineData("/receipt/x/y/z")]
    public async Task An_unknown_address_answers_404_with_a_page_of_the_product(string path)
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open(path);
        Assert.Equal((404, "There is no such page"), (reader.Status, reader.Heading));
        Assert.True(reader.Has("header .brand"));
    }

    [Fact]
    public async Task An_unexpected_fault_shows_a_500_page_without_its_cause()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("the value");
        await using (var db = server.Database())
            await db.Secrets.ExecuteUpdateAsync(set => set.SetProperty(s => s.Box, new byte[64]));
        using var reader = await new Reader(server).Open($"/secret/{key.Text}");
        await reader.Send();
        Assert.Equal((500, "Something went wrong"), (reader.Status, reader.Heading));
        Assert.DoesNotContain("Box", reader.Page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(ReceiptState.New, (await server.Receipt(metadata)).State);
    }

    [Fact]
    public async Task A_busy_server_shows_a_503_page_with_Retry_After_and_changes_nothing()
    {
        await using var server = await RunningServer.Start("--Passphrases:Concurrency=1", "--Passphrases:QueueLength=0");
        var (key, _) = await server.Share("the value", ("passphrase", "long enough"));
        using var reader = await new Reader(server).Open($"/secret/{key}");
        using (await server.HashingSlot())
            await reader.Send(("Passphrase", "long enough"));
        Assert.Equal((503, "The server is busy"), (reader.Status, reader.Heading));
        Assert.Equal(TimeSpan.FromSeconds(5), reader.Answer.Headers.RetryAfter!.Delta);
        Assert.Equal("the value", await server.Reveal(key, "long enough"));
    }

    [Fact]
    public async Task A_locked_database_shows_a_503_page_about_maintenance()
    {
        await using var server = await RunningServer.Start("--Storage:BusySeconds=1");
        var (key, _) = await server.Share("the value");
        using var reader = await new Reader(server).Open($"/secret/{key}");
        await using (new Storage.WriteLock(server))
            await reader.Send();
        Assert.Equal((503, "The server is being looked after"), (reader.Status, reader.Heading));
        Assert.Equal(TimeSpan.FromSeconds(30), reader.Answer.Headers.RetryAfter!.Delta);
        Assert.Equal("the value", await server.Reveal(key));
    }

    [Fact]
    public async Task A_form_that_is_too_large_is_refused_with_a_page()
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open("/");
        await reader.Send(("Input.Secret", new string('x', 600_000)));
        Assert.Equal((400, "This form could not be taken"), (reader.Status, reader.Heading));
    }
}
