using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Erasure;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Erasure;

/// <summary>What the erasure that runs every few seconds does: nothing, a checkpoint, or a checkpoint and a scrub.</summary>
public sealed class ScrubTests
{
    private static readonly ErasureRun Nothing = new(ErasureOutcome.NothingDue, 0, Scrubbed: false);

    [Fact]
    public async Task Erasure_does_nothing_until_something_is_deleted()
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
    public async Task Start_is_followed_by_an_erasure_and_a_scrub_in_case_the_last_run_crashed()
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
        Assert.Equal(new Purged(0, 0), await server.Get<PurgeExpired>().Run(CancellationToken.None)); // writes of jobs do not count
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Done(0, scrubbed: true), await Erase(server));
        Assert.Null(server.Get<Leftovers>().OldestUnscrubbed);
        server.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(Nothing, await Erase(server));
    }

    [Fact]
    public async Task Scrub_runs_after_a_day_even_if_there_is_never_a_quiet_minute()
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
    public async Task Database_above_the_size_limit_is_not_scrubbed_and_this_is_reported_once_a_day()
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
    public async Task A_scrub_waits_until_the_volume_has_room_for_another_copy_of_the_database()
    {
        await using var server = await Scrubbed();
        var (room, free) = (server.Get<StorageRoom>(), server.Get<StorageRoom>().Free);
        var (key, _) = await server.Conceal("x");
        await server.TryReveal(key);
        server.Clock.Advance(TimeSpan.FromSeconds(60));
        room.Free = () => (12 * 1024 * 1024 / 4) + 1000;
        Assert.Equal(new ErasureRun(ErasureOutcome.NoRoomToScrub, 1, Scrubbed: false), await Erase(server));
        Assert.Equal(Nothing, await Erase(server));
        room.Free = free;
        server.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(Done(0, scrubbed: true), await Erase(server));
    }

    /// <summary>A scrub of a large database costs memory and holds up writers, so a restart must not begin one.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restart_is_followed_by_a_scrub_only_if_something_was_deleted_since_the_last_one(bool deletes)
    {
        await using var server = await Scrubbed();
        var (key, _) = await server.Conceal("x");
        if (deletes)
            await server.TryReveal(key);
        await using var next = await RunningServer.Start(server.Folder, adjust: null);
        Assert.Equal(deletes, next.Get<Leftovers>().OldestUnscrubbed is not null);
        next.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(Done(1, scrubbed: deletes), await Erase(next)); // the log is emptied in any case
    }

    [Fact]
    public async Task Erasure_delayed_by_a_reader_gives_up_soon_and_is_due_again()
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
            // Without its own time limit the checkpoint would hold the lock for Storage:BusySeconds.
            var erasure = await Erase(server).WaitAsync(TimeSpan.FromSeconds(120));
            Assert.Equal(new ErasureRun(ErasureOutcome.DelayedByReader, 0, Scrubbed: false), erasure);
            Assert.NotNull(server.Get<Leftovers>().OldestUnerased);
        }
        Assert.Equal(Done(1), await Erase(server));
        Assert.Null(server.Get<Leftovers>().OldestUnerased);
    }

    [Fact]
    public async Task Short_busy_timeout_of_a_checkpoint_does_not_stay_on_the_pooled_connection()
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

    /// <summary>A server that has done the erasure and the scrub that follow a start.</summary>
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
