using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Erasure;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Erasure;

/// <summary>What an erasure does that is asked every few seconds: nothing, the log, or the log and a scrub.</summary>
public sealed class ScrubTests
{
    private static readonly ErasureRun Nothing = new(ErasureOutcome.NothingDue, 0, Scrubbed: false);

    [Fact]
    public async Task Nothing_is_done_until_something_is_deleted()
    {
        await using var server = await Scrubbed();
        Assert.Equal(Nothing, await Erase(server));
        var (first, _) = await server.Conceal("first");
        var (_, second) = await server.Conceal("second");
        await server.Conceal("third", ttl: 60);
        Assert.Equal(Nothing, await Erase(server));

        await server.TryReveal(first);
        Assert.Equal(Done(1), await Erase(server));
        await server.TryBurn(second);
        server.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(new Purged(1, 0), await server.Get<PurgeExpired>().Run(CancellationToken.None));
        var erased = await Erase(server);
        Assert.Equal((ErasureOutcome.Complete, 2), (erased.Outcome, erased.Deletes));
        Assert.Equal(Nothing, await Erase(server));
    }

    [Fact]
    public async Task A_start_is_erased_and_scrubbed_since_the_end_before_may_have_been_a_crash()
    {
        await using var server = await RunningServer.Start();
        Assert.Equal(Done(1), await Erase(server));
        Assert.Equal(Nothing, await Erase(server));
        server.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(Done(0, scrubbed: true), await Erase(server));
        Assert.Equal(Nothing, await Erase(server));
    }

    [Fact]
    public async Task A_scrub_waits_until_nothing_was_deleted_or_written_for_a_minute()
    {
        await using var server = await Scrubbed();
        var (key, _) = await server.Conceal("x");
        await server.TryReveal(key);
        Assert.Equal(Done(1), await Erase(server));
        server.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(Nothing, await Erase(server));
        await server.Conceal("a write");
        server.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(Nothing, await Erase(server));
        Assert.Equal(new Purged(0, 0), await server.Get<PurgeExpired>().Run(CancellationToken.None)); // nobody asked for it
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Done(0, scrubbed: true), await Erase(server));
        Assert.Null(server.Get<Leftovers>().OldestUnscrubbed);
        server.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(Nothing, await Erase(server));
    }

    [Fact]
    public async Task A_scrub_comes_after_a_day_though_it_is_never_quiet()
    {
        await using var server = await Scrubbed();
        for (var minutes = 0; minutes < 24 * 60; minutes += 30)
        {
            var (key, _) = await server.Conceal("x");
            await server.TryReveal(key);
            Assert.Equal(Done(1), await Erase(server));
            server.Clock.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1));
            await server.Conceal("a write");
            Assert.Equal(Nothing, await Erase(server));
            server.Clock.Advance(TimeSpan.FromTicks(1));
        }
        Assert.Equal(Done(0, scrubbed: true), await Erase(server));
    }

    [Fact]
    public async Task A_database_beyond_the_limit_is_not_scrubbed_and_the_outcome_says_so_once_a_day()
    {
        await using var server = await RunningServer.Start("--Storage:ScrubMaxMegabytes=1");
        for (var i = 0; i < 250; i++)
            await server.Conceal(new string('x', 10_000));
        var (key, _) = await server.Conceal("x");
        await server.TryReveal(key);
        server.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(new ErasureRun(ErasureOutcome.TooLargeToScrub, 2, Scrubbed: false), await Erase(server));
        Assert.Equal(Nothing, await Erase(server));
        Assert.NotNull(server.Get<Leftovers>().OldestUnscrubbed);
        server.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(ErasureOutcome.TooLargeToScrub, (await Erase(server)).Outcome);
    }

    [Fact]
    public async Task An_erasure_that_a_reader_delays_keeps_writers_waiting_for_no_longer_than_a_moment_and_is_due_again()
    {
        await using var server = await Scrubbed("--Storage:BusySeconds=300");
        var (key, _) = await server.Conceal("x");
        await using (var reader = new SqliteConnection($"Data Source={server.Get<DataFolder>().Database};Mode=ReadOnly;Pooling=False"))
        {
            await reader.OpenAsync();
            await using var read = reader.BeginTransaction(deferred: true);
            await using var command = reader.CreateCommand();
            command.CommandText = "SELECT count(*) FROM Secrets";
            Assert.Equal(1L, await command.ExecuteScalarAsync());
            await server.TryReveal(key);
            // Without a limit of its own the checkpoint would hold the lock for as long as Storage:BusySeconds says.
            var erasure = await Erase(server).WaitAsync(TimeSpan.FromSeconds(120));
            Assert.Equal(new ErasureRun(ErasureOutcome.DelayedByReader, 0, Scrubbed: false), erasure);
            Assert.NotNull(server.Get<Leftovers>().OldestUnerased);
        }
        Assert.Equal(Done(1), await Erase(server));
        Assert.Null(server.Get<Leftovers>().OldestUnerased);
    }

    [Fact]
    public async Task The_short_patience_of_a_checkpoint_does_not_go_back_to_the_pool()
    {
        await using var server = await RunningServer.Start();
        var usual = await Patience();
        await Erase(server);
        Assert.Equal(usual, await Patience());

        async Task<long> Patience()
        {
            await using var db = server.Database();
            return (await db.Database.SqlQueryRaw<long>("SELECT timeout AS Value FROM pragma_busy_timeout").ToListAsync()).Single();
        }
    }

    /// <summary>A server whose start is erased and scrubbed.</summary>
    private static async Task<RunningServer> Scrubbed(params string[] settings)
    {
        var server = await RunningServer.Start(settings);
        Assert.NotNull(server.Get<Leftovers>().OldestUnscrubbed);
        server.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(Done(1, scrubbed: true), await Erase(server));
        return server;
    }

    private static ErasureRun Done(int deletes, bool scrubbed = false) => new(ErasureOutcome.Complete, deletes, scrubbed);

    private static Task<ErasureRun> Erase(RunningServer server) => server.Get<EraseDeleted>().Run(CancellationToken.None);
}
