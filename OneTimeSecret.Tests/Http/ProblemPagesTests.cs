using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Components;

namespace OneTimeSecret.Tests.Http;

/// <summary>What goes wrong is a page in the product's own voice, with the status that it has.</summary>
public sealed class ProblemPagesTests
{
    [Theory]
    [InlineData("/nope")]
    [InlineData("/secret")]
    [InlineData("/receipt/x/y/z")]
    public async Task An_address_without_a_page_says_that_there_is_none(string path)
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open(path);
        Assert.Equal((404, "There is no such page"), (reader.Status, reader.Heading));
        Assert.True(reader.Has("header .brand"));
    }

    [Fact]
    public async Task A_fault_is_told_without_its_cause()
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
    public async Task A_busy_server_says_when_to_come_back_and_has_done_nothing()
    {
        await using var server = await RunningServer.Start("--Passphrases:Concurrency=1", "--Passphrases:QueueLength=0");
        var (key, _) = await server.Share("the value", ("passphrase", "long enough"));
        using var reader = await new Reader(server).Open($"/secret/{key}");
        using (await server.Get<HashingGate>().Enter(CancellationToken.None))
            await reader.Send(("Passphrase", "long enough"));
        Assert.Equal((503, "The server is busy"), (reader.Status, reader.Heading));
        Assert.Equal(TimeSpan.FromSeconds(5), reader.Answer.Headers.RetryAfter!.Delta);
        Assert.Equal("the value", await server.Reveal(key, "long enough"));
    }

    [Fact]
    public async Task A_database_that_is_away_is_told_as_maintenance()
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
    public async Task A_form_beyond_all_bounds_is_refused_with_a_page()
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open("/");
        await reader.Send(("Input.Secret", new string('x', 600_000)));
        Assert.Equal((400, "This form could not be taken"), (reader.Status, reader.Heading));
    }
}
