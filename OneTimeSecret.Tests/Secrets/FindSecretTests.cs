using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Tests.Secrets;

public sealed class FindSecretTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("right")]
    public async Task The_notice_of_an_unread_secret_says_whether_it_needs_a_passphrase_and_when_it_ends(string? passphrase)
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", passphrase);
        var expires = (await server.Receipt(metadata)).SecretExpires;
        Assert.Equal(new SecretNotice(passphrase is not null, expires, LockedUntil: null), await Find(server, key));
    }

    [Fact]
    public async Task Looking_at_a_secret_changes_nothing()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value");
        var before = await server.Receipt(metadata);
        for (var i = 0; i < 3; i++)
            Assert.NotNull(await Find(server, key));
        Assert.Equivalent(before, await server.Receipt(metadata), strict: true);
        Assert.Equal("value", (await server.TryReveal(key)).Value());
    }

    [Fact]
    public async Task Unknown_revealed_burned_and_expired_secrets_have_no_notice()
    {
        await using var server = await RunningServer.Start();
        var (revealed, burned, expired) = (await server.Conceal("a"), await server.Conceal("b"), await server.Conceal("c", ttl: 60));
        await server.TryReveal(revealed.Key);
        await server.TryBurn(burned.Metadata);
        server.Clock.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await Find(server, expired.Key));
        server.Clock.Advance(TimeSpan.FromMilliseconds(1));
        foreach (var key in new[] { null, SecretKey.New(), revealed.Key, burned.Key, expired.Key, SecretKey.Parse(expired.Metadata.Text) })
            Assert.Null(await Find(server, key));
    }

    [Fact]
    public async Task The_notice_says_until_when_this_client_is_locked_out()
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Conceal("value", "right");
        for (var i = 0; i < 5; i++)
            await server.TryReveal(key, "wrong", "client");
        var until = Assert.IsType<RevealOutcome.Locked>(await server.TryReveal(key, "right", "client")).Until;
        Assert.Equal(until, (await Find(server, key))!.LockedUntil);
        Assert.Null((await server.Get<FindSecret>().Run(key, new Caller("another"), CancellationToken.None))!.LockedUntil);
        server.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Null((await Find(server, key))!.LockedUntil);
    }

    [Theory]
    [InlineData(ReceiptState.Received)]
    [InlineData(ReceiptState.Burned)]
    public async Task Secret_restored_from_a_copy_after_a_reveal_or_burn_has_no_notice(ReceiptState state)
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Conceal("value");
        await using var db = server.Database();
        await db.Receipts.ExecuteUpdateAsync(set => set.SetProperty(r => r.State, state));
        Assert.Null(await Find(server, key));
    }

    private static Task<SecretNotice?> Find(RunningServer server, SecretKey? key) =>
        server.Get<FindSecret>().Run(key, new Caller("client"), CancellationToken.None);
}
