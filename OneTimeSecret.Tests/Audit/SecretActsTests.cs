using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Oversight;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Statistics;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Audit;

/// <summary>Every act on a secret leaves one row, and an act that fails leaves none.</summary>
public sealed class SecretActsTests : IAsyncLifetime
{
    private readonly EngineFaults _faults = new();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start(null, _faults.Attach);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Create_reveal_and_burn_by_key_are_recorded_without_an_account()
    {
        var before = (await _server.Trail()).Count;
        var (key, metadata) = await _server.Conceal("value");
        var (_, other) = await _server.Conceal("value");
        await _server.TryReveal(key, client: "203.0.113.1");
        await _server.TryBurn(other, client: "203.0.113.2");
        Assert.Equal(
            [
                LeftRow.ByAnybody(AuditKind.SecretCreated, metadata.Name()),
                LeftRow.ByAnybody(AuditKind.SecretCreated, other.Name()),
                LeftRow.ByAnybody(AuditKind.SecretRevealed, metadata.Name(), "203.0.113.1"),
                LeftRow.ByAnybody(AuditKind.SecretBurned, other.Name(), "203.0.113.2"),
            ],
            (await _server.Trail()).Skip(before).Select(LeftRow.Of));
    }

    [Fact]
    public async Task Fetching_an_answer_again_and_burning_it_are_recorded_apart_from_the_reveal()
    {
        await using var server = await RunningServer.Start("--Secrets:RetrySeconds=60");
        var (key, metadata) = await server.Conceal("value", "right");
        var mine = Verbs.Proof();
        await server.Leaves(
            () => server.TryRevealWith(key, mine, "right", "203.0.113.1"),
            LeftRow.ByAnybody(AuditKind.SecretRevealed, metadata.Name(), "203.0.113.1"));
        await server.Leaves(
            () => server.TryRevealWith(key, mine, "right", "203.0.113.2"),
            LeftRow.ByAnybody(AuditKind.SecretFetchedAgain, metadata.Name(), "203.0.113.2"));
        await server.Leaves(() => server.TryRevealWith(key, Verbs.Proof(), "right"));
        await server.Leaves(
            () => server.TryRevealWith(key, mine, "wrong"), LeftRow.ByAnybody(AuditKind.PassphraseRefused, metadata.Name()) with
            {
                Result = AuditResult.Refused,
            });
        var burned = Assert.Single(await server.Left(() => server.TryBurn(metadata)));
        Assert.Equal((AuditKind.SecretBurned, metadata.Name()), (burned.Kind, burned.Subject));
        await server.Leaves(() => server.TryRevealWith(key, mine, "right"));
    }

    [Fact]
    public async Task Create_and_burn_by_an_owner_are_recorded_with_their_account()
    {
        var owner = await _server.SignedIn(People.Email);
        var made = await _server.Left(() => _server.Conceal("value", account: owner));
        var id = Assert.Single((await Browse(owner)).Items);
        Assert.Equal([LeftRow.ByOwner(AuditKind.SecretCreated, owner.Id, id.ShortId)], made);
        await _server.Leaves(
            () => _server.Get<BurnSecret>().Run(owner.Asks(), id.RowId, CancellationToken.None),
            LeftRow.ByOwner(AuditKind.SecretBurned, owner.Id, id.ShortId));
        await _server.Leaves(() => _server.Get<BurnSecret>().Run(owner.Asks(), id.RowId, CancellationToken.None));
    }

    [Fact]
    public async Task Lifting_a_lock_and_adopting_a_receipt_are_recorded_with_the_caller()
    {
        var owner = await _server.SignedIn(People.Email);
        var (key, metadata) = await _server.Conceal("value", "right");
        await _server.Leaves(() => _server.Get<LiftLock>().Run(metadata, Verbs.Somebody, CancellationToken.None)); // nothing is locked
        await _server.Spend(key, 20);
        await _server.Leaves(
            () => _server.Get<LiftLock>().Run(metadata, Verbs.Somebody, CancellationToken.None),
            LeftRow.ByAnybody(AuditKind.LockLifted, metadata.Name()));
        await _server.Leaves(
            () => _server.Get<AdoptReceipt>().Run(metadata, owner.Asks(), CancellationToken.None),
            LeftRow.ByOwner(AuditKind.ReceiptAdopted, owner.Id, metadata.Name()));
        await _server.Leaves(() => _server.Get<AdoptReceipt>().Run(metadata, owner.Asks(), CancellationToken.None));
    }

    [Fact]
    public async Task Wrong_passphrases_of_a_client_are_one_row()
    {
        var (key, metadata) = await _server.Conceal("value", "right");
        await _server.Leaves(
            async () =>
            {
                foreach (var wrong in (string?[])["wrong", "more", null])
                    Assert.IsType<RevealOutcome.WrongPassphrase>(await _server.TryReveal(key, wrong));
                Assert.IsType<BurnOutcome.WrongPassphrase>(await _server.TryBurn(metadata, "wrong", "203.0.113.9"));
            },
            LeftRow.ByAnybody(AuditKind.PassphraseRefused, metadata.Name()) with { Count = 3, Result = AuditResult.Refused },
            LeftRow.ByAnybody(AuditKind.PassphraseRefused, metadata.Name(), "203.0.113.9") with { Result = AuditResult.Refused });
        await _server.Leaves(() => Task.CompletedTask); // bursts are written only once
        await _server.Leaves(
            () => _server.TryReveal(key, "right"), LeftRow.ByAnybody(AuditKind.SecretRevealed, metadata.Name()));
    }

    [Fact]
    public async Task Failed_reveal_or_burn_leaves_neither_an_audit_row_nor_a_count()
    {
        var (key, metadata) = await _server.Conceal("value");
        var before = await Counts();
        foreach (var fail in new Func<bool, Task>[]
        {
            on => Task.FromResult(_faults.CommitsFail = on),
            RefuseRows,
            on => Task.FromResult(_faults.Failing = on ? "INTO \"DayCounts\"" : null),
            on => Task.FromResult(_faults.Failing = on ? "UPDATE \"Receipts\"" : null),
        })
        {
            var left = await _server.Left(async () =>
            {
                await fail(true);
                await Assert.ThrowsAsync<SqliteException>(() => _server.TryReveal(key));
                await Assert.ThrowsAsync<SqliteException>(() => _server.TryBurn(metadata));
                await fail(false);
            });
            Assert.Empty(left);
            Assert.Equal(before, await Counts());
        }
        await _server.Leaves(() => _server.TryReveal(key), LeftRow.ByAnybody(AuditKind.SecretRevealed, metadata.Name()));
        Assert.Null((await _server.VerifyAudit()).At);
    }

    [Fact]
    public async Task Operation_that_throws_after_recording_an_act_does_not_affect_others_in_its_batch()
    {
        var before = await Counts();
        await _server.Leaves(
            async () =>
            {
                var queue = _server.Get<WriteQueue>();
                Task<int> broken;
                Task good;
                await using (new WriteLock(_server))
                {
                    var first = queue.Run(_ => Task.FromResult(0), CancellationToken.None);
                    await Verbs.Until(() => queue.Depth == 0);
                    good = queue.Run(Note(AuditKind.BannerSet), CancellationToken.None);
                    broken = queue.Run<int>(
                        async db =>
                        {
                            await Note(AuditKind.JobStarted)(db);
                            db.Count(new Tally(Created: 5));
                            throw new InvalidOperationException("by a rule");
                        },
                        CancellationToken.None);
                    Assert.False(first.IsCompleted);
                }
                await Assert.ThrowsAsync<InvalidOperationException>(() => broken);
                await good;
            },
            new LeftRow(AuditKind.BannerSet, AuditActor.Server, null, null, null));
        Assert.Equal(before, await Counts());
    }

    [Fact]
    public async Task Only_one_of_many_concurrent_reveals_leaves_a_row_and_a_count()
    {
        var (key, metadata) = await _server.Conceal("value");
        var before = await Counts();
        await _server.Leaves(
            () => Verbs.AtOnce(20, _ => _server.TryReveal(key)), LeftRow.ByAnybody(AuditKind.SecretRevealed, metadata.Name()));
        await _server.Leaves(async () => Assert.IsType<ClaimOutcome.Gone>(await _server.Claim(key.Id, metadata.Id, ReceiptState.Burned)));
        Assert.Equal(before with { Revealed = before.Revealed + 1, Live = before.Live - 1 }, await Counts());
    }

    private static Func<OtsDbContext, Task<int>> Note(AuditKind kind) => db =>
    {
        db.Note(Core.Audit.Act.OfServer(kind));
        return Task.FromResult(0);
    };

    private Task<ReceiptPage> Browse(SignedIn owner) =>
        _server.Get<BrowseReceipts>().Run(owner, new ReceiptQuery(), CancellationToken.None);

    /// <summary>Makes the database refuse rows of the trail.</summary>
    private Task RefuseRows(bool on) => _server.Tamper(db => db.Database.ExecuteSqlRawAsync(on
        ? "ALTER TABLE AuditEvents RENAME COLUMN Detail TO Hidden"
        : "ALTER TABLE AuditEvents RENAME COLUMN Hidden TO Detail"));

    private async Task<Counted> Counts()
    {
        var overview = await Overview(_server);
        var today = overview.Days[^1];
        return new Counted(today.Created, today.Revealed, today.Burned, overview.Secrets);
    }

    private static Task<Overview> Overview(RunningServer server) => server.Get<ReadOverview>().Run(CancellationToken.None);

    private sealed record Counted(long Created, long Revealed, long Burned, long Live);
}
