using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Crypto;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Secrets;

/// <summary>However a verb ends, it clears decrypted values, stretched passphrases and keys, except the value that it returns.</summary>
public sealed class ClearedBytesTests : IAsyncLifetime
{
    private readonly Watched _watched = new();
    private readonly EngineFaults _faults = new();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start(null, _faults.Attach);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("right")]
    public async Task Conceal_leaves_no_sensitive_bytes_in_memory(string? passphrase)
    {
        await _watched.Run(() => _server.Conceal("value", passphrase));
        await _watched.AssertAllDisposed();
        var owner = await _server.SignedIn("owner@example.com");
        await _watched.Run(() => _server.Conceal("value", passphrase, account: owner));
        await _watched.AssertAllDisposed();
        await _watched.Run(() => _server.Get<GenerateSecret>().Run(
            new PasswordRecipe(), new SecretDraft(passphrase), Verbs.Somebody, CancellationToken.None));
        await _watched.AssertAllDisposed();
        _faults.Failing = "INSERT INTO \"Secrets\"";
        await Assert.ThrowsAsync<DbUpdateException>(() => _watched.Run(() => _server.Conceal("value", passphrase)));
        await _watched.AssertAllDisposed();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("right")]
    public async Task Reveal_leaves_only_the_returned_value_in_memory(string? passphrase)
    {
        var (key, _) = await _server.Conceal("value", passphrase);
        var revealed = Assert.IsType<RevealOutcome.Revealed>(await _watched.Run(() => _server.TryReveal(key, passphrase)));
        Assert.Same(revealed.Value, Assert.Single(_watched.Left));
        Assert.Equal("value", revealed.Value());
        await _watched.AssertAllDisposed();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("right")]
    public async Task Reveal_with_a_proof_and_fetching_again_leave_only_the_returned_value_in_memory(string? passphrase)
    {
        await using var server = await RunningServer.Start("--Secrets:RetrySeconds=60");
        var (key, _) = await server.Conceal("value", passphrase);
        var mine = Verbs.Proof();
        for (var i = 0; i < 2; i++)
        {
            var outcome = await _watched.Run(() => server.TryRevealWith(key, mine, passphrase));
            var revealed = Assert.IsType<RevealOutcome.Revealed>(outcome);
            Assert.Same(revealed.Value, Assert.Single(_watched.Left));
            Assert.Equal("value", revealed.Value());
            await _watched.AssertAllDisposed();
        }
        if (passphrase is null)
            return;
        await _watched.Run(() => server.TryRevealWith(key, mine, "wrong"));
        await _watched.AssertAllDisposed();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("right")]
    public async Task Burn_leaves_no_sensitive_bytes_in_memory(string? passphrase)
    {
        var (_, metadata) = await _server.Conceal("value", passphrase);
        Assert.IsType<BurnOutcome.Burned>(await _watched.Run(() => _server.TryBurn(metadata, passphrase)));
        await _watched.AssertAllDisposed();
    }

    [Fact]
    public async Task Burn_by_the_owner_leaves_no_sensitive_bytes_in_memory()
    {
        var owner = await _server.SignedIn("owner@example.com");
        var (_, metadata) = await _server.Conceal("value", "right", account: owner);
        var rowId = Convert.ToHexStringLower(metadata.Id);
        Assert.IsType<BurnOutcome.Burned>(await _watched.Run(
            () => _server.Get<BurnSecret>().Run(owner.Asks(), rowId, CancellationToken.None)));
        await _watched.AssertAllDisposed();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task Wrong_passphrase_and_lock_leave_no_sensitive_bytes_in_memory(string? wrong)
    {
        var (key, metadata) = await _server.Conceal("value", "right");
        Assert.IsType<RevealOutcome.WrongPassphrase>(await _watched.Run(() => _server.TryReveal(key, wrong)));
        await _watched.AssertAllDisposed();
        Assert.IsType<BurnOutcome.WrongPassphrase>(await _watched.Run(() => _server.TryBurn(metadata, wrong)));
        await _watched.AssertAllDisposed();
        await _server.Spend(key, wrong is null ? 20 : 19);
        Assert.IsType<RevealOutcome.Locked>(await _watched.Run(() => _server.TryReveal(key, "right")));
        await _watched.AssertAllDisposed();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("right")]
    public async Task Lost_race_leaves_no_sensitive_bytes_in_memory(string? passphrase)
    {
        var (key, metadata) = await _server.Conceal("value", passphrase);
        Assert.Equal(new RevealOutcome.Unknown(), await Lose(key, metadata, passphrase, () => _server.TryReveal(key, passphrase)));
        await _watched.AssertAllDisposed();
        (key, metadata) = await _server.Conceal("value", passphrase);
        Assert.Equal(new BurnOutcome.Unknown(), await Lose(key, metadata, passphrase, () => _server.TryBurn(metadata, passphrase)));
        await _watched.AssertAllDisposed();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("right")]
    public async Task Database_error_leaves_no_sensitive_bytes_in_memory(string? passphrase)
    {
        var (key, metadata) = await _server.Conceal("value", passphrase);
        foreach (var failing in new[] { "DELETE FROM \"Secrets\"", "UPDATE \"Receipts\"" })
        {
            _faults.Failing = failing;
            await Assert.ThrowsAsync<SqliteException>(() => _watched.Run(() => _server.TryReveal(key, passphrase)));
            await _watched.AssertAllDisposed();
            await Assert.ThrowsAsync<SqliteException>(() => _watched.Run(() => _server.TryBurn(metadata, passphrase)));
            await _watched.AssertAllDisposed();
        }
        _faults.Failing = null;
        _faults.CommitsFail = true;
        await Assert.ThrowsAsync<SqliteException>(() => _watched.Run(() => _server.TryReveal(key, passphrase)));
        await _watched.AssertAllDisposed();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("right")]
    public async Task Cancelled_request_leaves_no_sensitive_bytes_in_memory(string? passphrase)
    {
        var (key, _) = await _server.Conceal("value", passphrase);
        using var cancelled = new CancellationTokenSource();
        Task<RevealOutcome> reveal;
        await using (new WriteLock(_server))
        {
            var queue = _server.Get<WriteQueue>();
            var first = queue.Run(_ => Task.FromResult(0), CancellationToken.None);
            await Verbs.Until(() => queue.Depth == 0);
            reveal = _watched.Run(() => _server.Get<RevealSecret>().Run(key, passphrase, Verbs.Somebody, cancelled.Token));
            await Verbs.Until(() => queue.Depth == 1);
            await cancelled.CancelAsync();
            Assert.False(first.IsCompleted);
        }
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reveal);
        await _watched.AssertAllDisposed();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("right")]
    public async Task Box_that_cannot_be_decrypted_leaves_no_sensitive_bytes_in_memory(string? passphrase)
    {
        var (key, metadata) = await _server.Conceal("value", passphrase);
        await using (var db = _server.Database())
        {
            // The outer box opens, but the inner box does not.
            var secret = await db.Secrets.SingleAsync();
            var (ring, place) = (_server.Get<KeyRing>(), new SecretBox.SecretPlace(key.Id, metadata.Id, null, secret.Expires));
            using var contents = SecretBox.OpenOuter(ring, place, secret.Box);
            var inner = contents.Inner.ToArray();
            inner[^1] ^= 1;
            secret.Box = ring.Seal(place.Outer, SecretBox.Contents.Encode(contents.Passphrase, inner).Bytes());
            await db.SaveChangesAsync();
        }
        await Assert.ThrowsAsync<BrokenBoxException>(() => _watched.Run(() => _server.TryReveal(key, passphrase)));
        await _watched.AssertAllDisposed();
        await _server.Damage();
        await Assert.ThrowsAsync<BrokenBoxException>(() => _watched.Run(() => _server.TryReveal(key, passphrase)));
        await Assert.ThrowsAsync<BrokenBoxException>(() => _watched.Run(() => _server.TryBurn(metadata, passphrase)));
        await _watched.AssertAllDisposed();
    }

    /// <summary>Starts a verb that finds the secret. A rival claims the secret before the verb can.</summary>
    private async Task<T> Lose<T>(SecretKey key, MetadataKey metadata, string? passphrase, Func<Task<T>> verb)
    {
        Task<T>? late = null;
        Task<ClaimOutcome>? rival = null;
        await using (new WriteLock(_server))
        {
            var queue = _server.Get<WriteQueue>();
            var first = queue.Run(_ => Task.FromResult(0), CancellationToken.None);
            await Verbs.Until(() => queue.Depth == 0);
            // With a passphrase the verb starts first, because its first write only spends the try. Its claim comes last in both cases.
            Action[] begin = [() => late = _watched.Run(verb), () => rival = _server.Claim(key.Id, metadata.Id, ReceiptState.Burned)];
            for (var i = 0; i < 2; i++)
            {
                begin[passphrase is null ? 1 - i : i]();
                await Verbs.Until(() => queue.Depth == i + 1);
            }
            Assert.False(first.IsCompleted);
        }
        Assert.IsType<ClaimOutcome.Claimed>(await rival!);
        return await late!;
    }
}
