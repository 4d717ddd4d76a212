using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Erasure;
using OneTimeSecret.Core.Retries;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;

namespace OneTimeSecret.Tests.Retries;

/// <summary>Who may burn a secret may end its kept answer. The receipt still says that the secret was revealed.</summary>
public sealed class DropAnswerTests : IAsyncLifetime
{
    private readonly RetryProof _mine = Verbs.Proof();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start("--Secrets:RetrySeconds=60");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("right")]
    public async Task A_burn_with_the_metadata_key_drops_a_kept_answer(string? passphrase)
    {
        var (key, metadata) = await _server.Conceal("value", passphrase);
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine, passphrase)).Value());
        await _server.Get<EraseDeleted>().Run(CancellationToken.None);
        Assert.Null(_server.Get<Leftovers>().OldestUnerased);
        Assert.IsType<BurnOutcome.Unknown>(await _server.TryBurn(metadata));
        Assert.NotNull(_server.Get<Leftovers>().OldestUnerased); // so its bytes are erased in seconds
        await AssertDropped(key, metadata, passphrase);
        Assert.IsType<BurnOutcome.Unknown>(await _server.TryBurn(metadata)); // nothing is left to drop
    }

    [Fact]
    public async Task A_burn_by_the_owner_drops_a_kept_answer()
    {
        var owner = await _server.SignedIn(People.Email);
        var (key, metadata) = await _server.Conceal("value", account: owner);
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine)).Value());
        Assert.IsType<BurnOutcome.Unknown>(
            await _server.Get<BurnSecret>().Run(owner.Asks(), Convert.ToHexStringLower(metadata.Id), CancellationToken.None));
        await AssertDropped(key, metadata, null);
    }

    [Fact]
    public async Task An_administrator_drops_a_kept_answer()
    {
        var (key, metadata) = await _server.Conceal("value");
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine)).Value());
        var admin = await _server.AddAdmin();
        var destroy = _server.Get<DestroySecret>();
        var id = Convert.ToHexStringLower(metadata.Id);
        Assert.Equal(AdminOutcome.Done, await destroy.Run(admin, id, "asked for", CancellationToken.None));
        await AssertDropped(key, metadata, null);
        Assert.Equal(AdminOutcome.NotThere, await destroy.Run(admin, id, "asked for", CancellationToken.None));
    }

    [Fact]
    public async Task Deleting_the_account_of_the_creator_drops_kept_answers()
    {
        var owner = await _server.SignedIn(People.Email);
        var (key, _) = await _server.Conceal("value", account: owner);
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine)).Value());
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine)).Value());
        await _server.Get<DeleteAccount>().Run(owner, owner.Email, People.Somewhere, CancellationToken.None);
        Assert.IsType<RevealOutcome.Unknown>(await _server.TryRevealWith(key, _mine));
        await using var db = _server.Database();
        Assert.False(await db.KeptAnswers.AnyAsync());
    }

    [Fact]
    public async Task A_burn_of_another_secret_drops_nothing()
    {
        var (key, _) = await _server.Conceal("value");
        var (_, other) = await _server.Conceal("other");
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine)).Value());
        Assert.IsType<BurnOutcome.Burned>(await _server.TryBurn(other));
        Assert.IsType<BurnOutcome.Unknown>(await _server.TryBurn(MetadataKey.New()));
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine)).Value());
    }

    private async Task AssertDropped(SecretKey key, MetadataKey metadata, string? passphrase)
    {
        Assert.IsType<RevealOutcome.Unknown>(await _server.TryRevealWith(key, _mine, passphrase));
        Assert.Equal(ReceiptState.Received, (await _server.Receipt(metadata)).State);
        await using var db = _server.Database();
        Assert.False(await db.KeptAnswers.AnyAsync());
    }
}
