using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Erasure;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Erasure;

/// <summary>The verification of the raw files. <see cref="PlantedLeftoverTests"/> plants what it must find.</summary>
public sealed class VerifyErasureTests
{
    [Fact]
    public async Task Erasure_and_scrub_leave_nothing_after_reveals_burns_and_purges_under_load()
    {
        await using var server = await RunningServer.Start();
        await new Graveyard(server).Fill(5000);
        var before = await Look(server);
        Assert.InRange(before.Files[DatabaseFile.Wal].Boxes, 100, int.MaxValue);

        await server.Get<EraseDeleted>().Run(scrub: false, CancellationToken.None);
        var erased = await Look(server);
        Assert.InRange(erased.Files[DatabaseFile.Database].Boxes, 0, 10); // torn pieces, which a scrub removes
        Assert.InRange(erased.Files[DatabaseFile.Database].Pieces, 0, 20);
        Assert.InRange(erased.DirtyPages, 0, 20);
        Assert.Equal(new Leftover(0, 0), erased.Files[DatabaseFile.Wal]);

        await server.Get<EraseDeleted>().Run(scrub: true, CancellationToken.None);
        await RecordErasure(server);
        await AssertClean(server);
    }

    [Fact]
    public async Task Without_secure_delete_the_verification_finds_thousands_of_leftovers()
    {
        await using var server = await RunningServer.Start(null, Graveyard.WithoutSecureDelete);
        await new Graveyard(server).Fill(5000);
        await server.Get<EraseDeleted>().Run(scrub: false, CancellationToken.None);
        var found = await Look(server);
        Assert.InRange(found.Files[DatabaseFile.Database].Boxes, 1000, int.MaxValue);
        Assert.InRange(found.Files[DatabaseFile.Database].Pieces, 1000, int.MaxValue);
        Assert.InRange(found.DirtyPages, 100, int.MaxValue);
    }

    [Fact]
    public async Task Revealed_secret_stays_in_the_write_ahead_log_until_the_erasure()
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Conceal(new string('x', 5000));
        await AssertClean(server);
        await server.TryReveal(key);
        var found = (await Look(server)).Files[DatabaseFile.Wal];
        Assert.Equal(2, found.Boxes); // that of the secret, and that of the key in its receipt
        Assert.InRange(found.Pieces, 1, int.MaxValue);
        await server.Get<EraseDeleted>().Run(scrub: false, CancellationToken.None);
        await AssertClean(server);
    }

    /// <summary>Live rows of every size in every table with boxes. The growth of the trees moves them between pages.</summary>
    [Fact]
    public async Task Live_rows_are_never_reported_as_leftovers()
    {
        await using var server = await RunningServer.Start(
            "--Mail:Transport=Pickup", "--Site:PublicUrl=https://secrets.example.com", "--Limits:Enabled=false");
        using var http = await server.Account("owner@example.com");
        for (var i = 0; i < 300; i++)
            await server.Conceal(new string('x', RandomNumberGenerator.GetInt32(1, i % 3 == 0 ? 10_001 : 400)));
        for (var i = 0; i < 30; i++)
            using (await RunningServer.Post(http, "/api/v1/share", ("secret", "x"), ("recipient", $"to{i}@example.com")))
            {
            }
        await using (var db = server.Database())
        {
            Assert.Equal((330, 30), (await db.Secrets.CountAsync(), await db.Outbox.CountAsync()));
            Assert.NotEqual(0, await db.Receipts.CountAsync(r => r.SealedMetadataKey != null));
        }
        await AssertClean(server);
        await server.Get<EraseDeleted>().Run(scrub: false, CancellationToken.None);
        await AssertClean(server);
        await server.Get<EraseDeleted>().Run(scrub: true, CancellationToken.None);
        await AssertClean(server);
    }

    [Fact]
    public async Task Concurrent_writes_and_erasures_cause_no_false_alarm()
    {
        await using var server = await RunningServer.Start();
        using var over = new CancellationTokenSource();
        var writing = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
                await server.Conceal(new string('x', RandomNumberGenerator.GetInt32(1, 10_001)));
        })).ToList();
        writing.Add(Task.Run(async () =>
        {
            for (var i = 1; !over.IsCancellationRequested; i++)
                await server.Get<EraseDeleted>().Run(scrub: i % 50 == 0, CancellationToken.None); // restarts the log again and again
        }));
        for (var i = 0; i < 30; i++)
            await AssertClean(server);
        await over.CancelAsync();
        await Task.WhenAll(writing);
        await AssertClean(server);
    }

    [Fact]
    public async Task Verification_does_not_need_the_write_lock()
    {
        await using var server = await RunningServer.Start("--Storage:BusySeconds=1");
        await using var held = new WriteLock(server);
        await AssertClean(server);
    }

    [Fact]
    public async Task Report_shows_the_last_erasure_and_the_oldest_delete_after_it()
    {
        await using var server = await RunningServer.Start();
        var (first, _) = await server.Conceal("first");
        var (second, _) = await server.Conceal("second");
        var report = await Look(server);
        Assert.Equal((null, null), (report.LastErased, report.OldestDelete));
        Assert.InRange(report.Pages, 20u, 200u);

        await server.TryReveal(first);
        var revealed = Now(server);
        Assert.Equal((null, revealed), (report.LastErased, (await Look(server)).OldestDelete));
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        await RecordErasure(server);
        report = await Look(server);
        Assert.Equal((Now(server), null), (report.LastErased, report.OldestDelete));

        server.Clock.Advance(TimeSpan.FromSeconds(1));
        await Record(server, JobNames.Purge, count: 0);
        Assert.Null((await Look(server)).OldestDelete);
        await Record(server, JobNames.Purge, count: 1);
        var purged = Now(server);
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        await server.TryReveal(second);
        Assert.Equal(purged, (await Look(server)).OldestDelete);
    }

    /// <summary>
    /// A column of bytes holds boxes, hashes or identifiers. Columns with boxes must be registered, because key rotation and
    /// <see cref="VerifyErasure"/> process only registered ones. All others are listed here, so that no new column is forgotten.
    /// </summary>
    [Fact]
    public async Task Every_column_that_holds_boxes_is_registered()
    {
        string[] unsealed =
        [
            "ApiTokens.Hash", "AspNetUserPasskeys.CredentialId", "AuditAnchors.Mac", "AuditAnchors.Seal", "AuditEvents.Mac",
            "KeptAnswers.Id", "KeptAnswers.ReceiptId", "KeptAnswers.SecretId",
            "Mails.MailboxHash", "Mails.ReceiptId", "Mails.RecipientHash", "OptOuts.RecipientHash", "Outbox.SecretId",
            "Receipts.Id", "Receipts.RecipientHash", "RecoveryCodes.Hash", "Secrets.Id", "Secrets.ReceiptId", "Sessions.Hash",
            "SignInTries.Who", "Tries.Client", "Tries.SecretId",
        ];
        await using var server = await RunningServer.Start();
        await using var db = server.Database();
        var registered = server.Get<IEnumerable<SealedColumn>>().Select(column => $"{column.Table}.{column.Column}").ToList();
        Assert.Equal(
            Names(Columns(db).Where(column => column.FindAnnotation(SealedColumns.Annotation) is not null)),
            registered.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal(registered.Concat(unsealed).Order(StringComparer.Ordinal), Names(Columns(db)), StringComparer.Ordinal);

        static IEnumerable<IProperty> Columns(OtsDbContext db) => db.Model.GetEntityTypes().Where(type => !type.IsMappedToJson())
            .SelectMany(type => type.GetProperties()).Where(property => property.ClrType == typeof(byte[]));

        static IEnumerable<string> Names(IEnumerable<IProperty> columns) => columns
            .Select(column => $"{column.DeclaringType.GetTableName()}.{column.GetColumnName()}").Order(StringComparer.Ordinal);
    }

    /// <summary>Using a code changes the row, so that its page is in the log twice. The key is still in use and no leftover.</summary>
    [Fact]
    public async Task Replaced_or_removed_authenticator_key_is_a_leftover_until_the_erasure()
    {
        await using var server = await RunningServer.Start();
        await server.Get<EraseDeleted>().Run(scrub: false, CancellationToken.None);
        var (account, key, _) = await server.AddAccountWithApp();
        using var owner = await (await server.SignIn()).SendCode(server.Code(key));
        Assert.Equal((0, false), await Dead());

        server.NextCode();
        await owner.AddApp(server);
        Assert.Equal((1, true), await Dead());
        await server.Get<EraseDeleted>().Run(CancellationToken.None);
        await AssertClean(server);

        Assert.Equal(FactorRemoval.Removed, await server.Get<RemoveTotp>().Run(account.Id, People.Somewhere, CancellationToken.None));
        Assert.Equal((1, true), await Dead());
        await server.Get<EraseDeleted>().Run(CancellationToken.None);
        await AssertClean(server);

        async Task<(int Boxes, bool IsDue)> Dead() =>
            ((await Look(server)).Files.Values.Sum(file => file.Boxes), server.Get<EraseDeleted>().IsDue);
    }

    private static Task<ErasureReport> Look(RunningServer server) => server.Get<VerifyErasure>().Run(CancellationToken.None);

    private static async Task AssertClean(RunningServer server)
    {
        var report = await Look(server);
        Assert.All(report.Files, file => Assert.Equal(new Leftover(0, 0), file.Value));
        Assert.Equal((true, 0), (report.IsClean, report.DirtyPages));
    }

    private static Task RecordErasure(RunningServer server) => Record(server, JobNames.Erase, count: 1);

    private static async Task Record(RunningServer server, string job, int count)
    {
        await using var db = server.Database();
        var run = new JobRun { Id = Guid.NewGuid(), Job = job, Started = Now(server), Result = JobResult.Running, Count = count };
        db.Add(run);
        await db.SaveChangesAsync();
        (run.Ended, run.Result) = (Now(server), JobResult.Done);
        await db.SaveChangesAsync();
    }

    private static DateTimeOffset Now(RunningServer server) =>
        DateTimeOffset.FromUnixTimeMilliseconds(server.Clock.GetUtcNow().ToUnixTimeMilliseconds());
}
