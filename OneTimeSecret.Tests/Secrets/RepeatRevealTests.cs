using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Retries;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Secrets;

/// <summary><c>Secrets:RetrySeconds</c>: whoever asked first, and nobody else, gets an answer again for a short time.</summary>
public sealed class RepeatRevealTests : IAsyncLifetime
{
    private readonly EngineFaults _faults = new();
    private readonly RetryProof _mine = Verbs.Proof();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await RunningServer.Start(null, _faults.Attach, "--Secrets:RetrySeconds=60", "--Limits:Enabled=false");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("right")]
    public async Task Whoever_asked_first_gets_the_answer_again_as_often_as_they_ask_until_the_time_ends(string? passphrase)
    {
        var (key, metadata) = await _server.Conceal("value", passphrase);
        var end = _server.Clock.GetUtcNow().AddSeconds(60);
        for (var i = 0; i < 20; i++)
        {
            var outcome = Assert.IsType<RevealOutcome.Revealed>(await _server.TryRevealWith(key, _mine, passphrase, $"client {i}"));
            Assert.Equal(end.ToUnixTimeMilliseconds(), outcome.Until?.ToUnixTimeMilliseconds());
            Assert.Equal("value", outcome.Value());
        }
        Assert.Equal(ReceiptState.Received, (await _server.Receipt(metadata)).State);
        _server.Clock.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromMilliseconds(1));
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine, passphrase)).Value());
        _server.Clock.Advance(TimeSpan.FromMilliseconds(2));
        Assert.IsType<RevealOutcome.Unknown>(await _server.TryRevealWith(key, _mine, passphrase));
        await using var db = _server.Database();
        Assert.True(await db.KeptAnswers.AnyAsync()); // no deletion has ended it, but the time
    }

    [Fact]
    public async Task Nobody_else_gets_the_answer_again()
    {
        var (key, _) = await _server.Conceal("value");
        var (other, _) = await _server.Conceal("another");
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine)).Value());
        Assert.IsType<RevealOutcome.Unknown>(await _server.TryReveal(key));
        Assert.IsType<RevealOutcome.Unknown>(await _server.TryRevealWith(key, Verbs.Proof()));
        Assert.IsType<RevealOutcome.Unknown>(await _server.TryRevealWith(SecretKey.New(), _mine)); // the proof without the link
        Assert.Equal("another", (await _server.TryRevealWith(other, _mine)).Value()); // the proof opens only what it was sent with
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine)).Value());
        Assert.Null(await Look(key, null));
        Assert.Null(await Look(key, Verbs.Proof()));
        Assert.NotNull(await Look(key, _mine));
    }

    [Fact]
    public async Task A_reveal_without_a_proof_keeps_nothing()
    {
        var (key, _) = await _server.Conceal("value");
        var outcome = Assert.IsType<RevealOutcome.Revealed>(await _server.TryReveal(key));
        Assert.Null(outcome.Until);
        await using var db = _server.Database();
        Assert.False(await db.KeptAnswers.AnyAsync());
        Assert.IsType<RevealOutcome.Unknown>(await _server.TryRevealWith(key, _mine));
    }

    [Fact]
    public async Task With_the_setting_off_nothing_is_kept_and_what_was_kept_is_not_given()
    {
        var folder = Directory.CreateTempSubdirectory("ots-test-").FullName;
        await MigratedDatabase.CopyTo(folder);
        SecretKey first;
        await using (var server = await RunningServer.Start(folder, adjust: null, "--Secrets:RetrySeconds=60"))
        {
            first = (await server.Conceal("value")).Key;
            Assert.Equal("value", (await server.TryRevealWith(first, _mine)).Value());
        }
        await using (var server = await RunningServer.Start(folder, adjust: null))
        {
            Assert.IsType<RevealOutcome.Unknown>(await server.TryRevealWith(first, _mine));
            var key = (await server.Conceal("value")).Key;
            Assert.Null(Assert.IsType<RevealOutcome.Revealed>(await server.TryRevealWith(key, _mine)).Until);
            Assert.IsType<RevealOutcome.Unknown>(await server.TryRevealWith(key, _mine));
            await using var db = server.Database();
            Assert.Equal(1, await db.KeptAnswers.CountAsync());
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_answer_is_not_kept_beyond_the_expiry_of_its_secret()
    {
        var (key, _) = await _server.Conceal("value", ttl: 60);
        _server.Clock.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine)).Value());
        _server.Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine)).Value());
        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<RevealOutcome.Unknown>(await _server.TryRevealWith(key, _mine));
    }

    [Fact]
    public async Task A_wrong_passphrase_gets_no_answer_and_ten_of_them_end_it()
    {
        var (key, _) = await _server.Conceal("value", "right");
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine, "right")).Value());
        Assert.IsType<RevealOutcome.WrongPassphrase>(await _server.TryRevealWith(key, _mine));
        for (var i = 0; i < KeptAnswer.MostGuesses - 1; i++)
            Assert.IsType<RevealOutcome.WrongPassphrase>(await _server.TryRevealWith(key, _mine, "wrong"));
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine, "right")).Value()); // a right one is not counted
        Assert.IsType<RevealOutcome.WrongPassphrase>(await _server.TryRevealWith(key, _mine, "wrong"));
        Assert.IsType<RevealOutcome.Unknown>(await _server.TryRevealWith(key, _mine, "right"));
        Assert.Null(await Look(key, _mine));
    }

    [Fact]
    public async Task A_right_passphrase_of_an_asker_who_has_left_is_not_counted_as_a_guess()
    {
        var (key, _) = await _server.Conceal("value", "right");
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine, "right")).Value());
        for (var i = 0; i <= KeptAnswer.MostGuesses; i++)
        {
            using var leaves = new CancellationTokenSource();
            _faults.Committing = leaves.Cancel; // when the guess was counted
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                _server.Get<RevealSecret>().Run(key, "right", _mine, Verbs.Somebody, leaves.Token));
            _faults.Committing = null;
        }
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine, "right")).Value());
    }

    /// <summary>The clock was ahead when the answer was kept, and was corrected.</summary>
    [Fact]
    public async Task An_answer_with_more_time_than_any_window_has_ended()
    {
        var (key, _) = await _server.Conceal("value");
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine)).Value());
        Assert.False(await _server.Get<PurgeAnswers>().IsDue(CancellationToken.None));
        await using (var db = _server.Database())
            await db.KeptAnswers.ExecuteUpdateAsync(set => set.SetProperty(a => a.Until, _server.Clock.GetUtcNow().AddSeconds(601)));
        Assert.Null(await Look(key, _mine));
        Assert.IsType<RevealOutcome.Unknown>(await _server.TryRevealWith(key, _mine));
        _server.Clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(1, await _server.Get<PurgeAnswers>().Run(CancellationToken.None));
    }

    [Fact]
    public async Task Parallel_wrong_passphrases_compute_no_more_hashes_than_ten()
    {
        var (key, _) = await _server.Conceal("value", "right");
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine, "right")).Value());
        await Verbs.AtOnce(30, i => _server.TryRevealWith(key, _mine, "wrong", $"client {i}"));
        await using var db = _server.Database();
        Assert.Equal(KeptAnswer.MostGuesses, (await db.KeptAnswers.SingleAsync()).Guesses);
    }

    [Fact]
    public async Task A_commit_of_unknown_outcome_can_be_fetched_by_its_asker_only()
    {
        var (key, metadata) = await _server.Conceal("value");
        _faults.CommitsAreUnknown = true;
        await Assert.ThrowsAsync<SqliteException>(() => _server.TryRevealWith(key, _mine));
        _faults.CommitsAreUnknown = false;
        Assert.Equal(ReceiptState.Received, (await _server.Receipt(metadata)).State);
        Assert.IsType<RevealOutcome.Unknown>(await _server.TryRevealWith(key, Verbs.Proof()));
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine)).Value());
        _server.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.True(await _server.Get<PurgeAnswers>().IsDue(CancellationToken.None)); // its end was not forgotten
    }

    [Fact]
    public async Task A_claim_that_is_not_committed_keeps_nothing_and_the_secret_is_revealed_later()
    {
        var (key, _) = await _server.Conceal("value");
        _faults.CommitsFail = true;
        await Assert.ThrowsAsync<SqliteException>(() => _server.TryRevealWith(key, _mine));
        _faults.CommitsFail = false;
        Assert.Null(await Look(key, _mine));
        Assert.Equal("value", (await _server.TryRevealWith(key, Verbs.Proof())).Value());
        Assert.IsType<RevealOutcome.Unknown>(await _server.TryRevealWith(key, _mine));
    }

    [Fact]
    public async Task Exactly_one_of_fifty_askers_with_proofs_of_their_own_gets_each_secret()
    {
        for (var i = 0; i < 40; i++)
        {
            var (key, _) = await _server.Conceal($"value {i}");
            var outcomes = await Verbs.AtOnce(50, n => _server.TryRevealWith(key, n % 5 == 0 ? null : Verbs.Proof()));
            Assert.Equal($"value {i}", Assert.Single(outcomes, outcome => outcome is RevealOutcome.Revealed).Value());
        }
    }

    [Theory]
    [InlineData(20, null)]
    [InlineData(2, "right")]
    public async Task All_parallel_requests_of_one_asker_get_the_answer_and_no_other(int races, string? passphrase)
    {
        for (var i = 0; i < races; i++)
        {
            var (key, _) = await _server.Conceal("value", passphrase);
            var mine = Verbs.Proof();
            var outcomes = await Verbs.AtOnce(4, n => _server.TryRevealWith(key, mine, passphrase, $"client {n}"));
            Assert.All(outcomes, outcome => Assert.Equal("value", outcome.Value()));
            Assert.IsType<RevealOutcome.Unknown>(await _server.TryRevealWith(key, Verbs.Proof(), passphrase));
        }
    }

    [Fact]
    public async Task A_reveal_goes_on_without_a_kept_answer_when_room_is_short()
    {
        var (key, _) = await _server.Conceal("value");
        _server.Get<StorageRoom>().Free = () => 0;
        var outcome = Assert.IsType<RevealOutcome.Revealed>(await _server.TryRevealWith(key, _mine));
        Assert.Null(outcome.Until);
        Assert.Equal("value", outcome.Value());
        Assert.IsType<RevealOutcome.Unknown>(await _server.TryRevealWith(key, _mine));
    }

    [Fact]
    public async Task A_reveal_whose_kept_answer_fills_the_disk_goes_on_without_it()
    {
        var (key, _) = await _server.Conceal("value");
        (_faults.Code, _faults.Failing) = (EngineFaults.DiskFull, "INSERT INTO \"KeptAnswers\"");
        Assert.Equal("value", (await _server.TryRevealWith(key, _mine)).Value());
        _faults.Failing = null;
        Assert.Null(await Look(key, _mine));
    }

    private Task<SecretNotice?> Look(SecretKey key, RetryProof? proof) =>
        _server.Get<RepeatReveal>().Look(key, proof, CancellationToken.None);
}
