using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Storage.Sqlite;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Tests.Storage;

public sealed class OtsDbContextTests
{
    [Fact]
    public async Task The_model_equals_the_migrations()
    {
        await using var server = await RunningServer.Start();
        await using var db = server.Database();
        Assert.False(db.Database.HasPendingModelChanges());
        Assert.Empty(await db.Database.GetPendingMigrationsAsync());
    }

    [Fact]
    public async Task The_model_is_built_once_for_the_process()
    {
        await using RunningServer one = await RunningServer.Start(), other = await RunningServer.Start();
        await using OtsDbContext db = one.Database(), another = other.Database();
        Assert.Same(db.Model, another.Model);
    }

    [Fact]
    public async Task Database_can_be_migrated_down_one_version_and_up_again()
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Conceal("value");
        await using var db = server.Database();
        var migrations = db.Database.GetMigrations().ToList();
        var migrator = db.GetService<IMigrator>();
        await migrator.MigrateAsync(migrations[^2]);
        Assert.Equal(migrations[^1], Assert.Single(await db.Database.GetPendingMigrationsAsync()));
        await migrator.MigrateAsync();
        Assert.Empty(await db.Database.GetPendingMigrationsAsync());
        Assert.Equal("value", (await server.TryReveal(key)).Value());
    }

    [Fact]
    public async Task Database_has_a_table_for_passkeys()
    {
        await using var server = await RunningServer.Start();
        await using var db = server.Database();
        Assert.Equal(0, await db.Database.SqlQueryRaw<int>("SELECT count(*) AS Value FROM AspNetUserPasskeys").SingleAsync());
    }

    /// <summary>Does what requests and the purge do, and checks the query plan of every statement for full table scans.</summary>
    [Fact]
    public async Task No_statement_of_a_request_or_a_purge_reads_a_whole_table()
    {
        var plans = new Plans();
        await using var server = await RunningServer.Start(
            null,
            builder => builder.Services.ConfigureDbContext<SqliteOtsDbContext>(options => options.AddInterceptors(plans)),
            "--Mail:Transport=Pickup", "--Site:PublicUrl=https://secrets.example.com");
        var owner = await server.SignedIn("owner@example.com");
        using var http = await server.Account("another@example.com");
        for (var i = 0; i < 600; i++)
            await server.Conceal("value", ttl: 60, account: owner);

        plans.Watching = true;
        var (key, metadata) = await server.Conceal("value");
        var (guarded, guardedMetadata) = await server.Conceal("value", "right", account: owner);
        await server.Get<FindSecret>().Run(guarded, Verbs.Somebody, CancellationToken.None);
        await using var watch = server.Get<WatchReceipt>().Run(metadata, CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
        Assert.True(await watch.MoveNextAsync());
        await server.Receipt(metadata);
        await server.TryReveal(guarded, "wrong");
        await server.Spend(guarded, 5, clients: 1);
        await server.Receipt(guardedMetadata);
        Assert.IsType<LiftOutcome.Lifted>(await server.Get<LiftLock>().Run(guardedMetadata, Verbs.Somebody, CancellationToken.None));
        await server.TryReveal(guarded, "right");
        await server.TryBurn(metadata);
        await server.TryReveal(key);
        await server.Get<RecentReceipts>().Run(owner, CancellationToken.None).CountAsync();
        await server.Get<ExportReceipts>().Run(owner, Stream.Null, CancellationToken.None);
        var page = await server.Get<BrowseReceipts>().Run(owner, new ReceiptQuery(ReceiptState.New), CancellationToken.None);
        await server.Get<BurnSecret>().Run(owner.Asks(), page.Items[0].RowId, CancellationToken.None);
        using (server.Get<RecentSignals>().Begin(owner.Id))
        {
            var (adopted, adoptedMetadata) = await server.Conceal("value");
            Assert.True(await server.Get<AdoptReceipt>().Run(adoptedMetadata, owner.Asks(), CancellationToken.None));
            await server.TryReveal(adopted);
        }
        using (await RunningServer.Post(http, "/api/v1/share", ("secret", "mailed"), ("recipient", "to@example.com")))
            server.Clock.Advance(TimeSpan.FromSeconds(61));
        await server.Get<PurgeExpired>().Run(CancellationToken.None);
        server.Clock.Advance(TimeSpan.FromSeconds(61));
        await server.Get<PurgeExpired>().Run(CancellationToken.None);
        plans.Watching = false;

        Assert.True(plans.Seen.Count > 15, $"only {plans.Seen.Count} statements were seen");
        Assert.Empty(plans.Scans);
    }

    private sealed class Plans : DbCommandInterceptor
    {
        public bool Watching { get; set; }

        public HashSet<string> Seen { get; } = new(StringComparer.Ordinal);

        public List<string> Scans { get; } = [];

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            Explain(command);
            return ValueTask.FromResult(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Explain(command);
            return ValueTask.FromResult(result);
        }

        private void Explain(DbCommand command)
        {
            lock (Seen)
            {
                if (!Watching || !Seen.Add(command.CommandText))
                    return;
            }
            foreach (var step in WatchedReads.Plan(command))
                if (step.StartsWith("SCAN", StringComparison.Ordinal) && !IsSmall(step))
                    lock (Seen)
                        Scans.Add($"{step} in: {command.CommandText}");
        }

        /// <summary>True if the scan reads only values that are written in the statement itself.</summary>
        private static bool IsSmall(string step) =>
            step.Contains("CONSTANT ROW", StringComparison.Ordinal) || step.Contains("json_each", StringComparison.Ordinal);
    }
}
