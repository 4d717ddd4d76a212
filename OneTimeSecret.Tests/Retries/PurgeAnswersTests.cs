using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Erasure;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Jobs.Sweeps;
using OneTimeSecret.Core.Retries;
using OneTimeSecret.Tests.Jobs.Sweeps;

namespace OneTimeSecret.Tests.Retries;

public sealed class PurgeAnswersTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Bytes_of_a_kept_answer_leave_the_files_within_ten_seconds_after_its_time()
    {
        await using var server = await RunningServer.Start("--Secrets:RetrySeconds=30");
        await server.RunSweep<EraseSweep>();
        var boxes = new List<byte[]>();
        foreach (var value in new[] { "a short value", new string('x', 9000) })
        {
            var (key, mine) = ((await server.Conceal(value)).Key, Verbs.Proof());
            Assert.Equal(value, (await server.TryRevealWith(key, mine)).Value());
            Assert.Equal(value, (await server.TryRevealWith(key, mine)).Value());
        }
        await using (var db = server.Database())
            boxes.AddRange(await db.KeptAnswers.Select(a => a.Box).ToListAsync());
        Assert.Equal(2, boxes.Count);

        await Pass(server, 29);
        Assert.All(boxes, box => Assert.True(RawFiles.In(server.Folder).Hold(box.AsSpan(0, 40))));
        await Pass(server, 4); // one interval after the end
        var files = RawFiles.In(server.Folder);
        Assert.All(boxes, box => Assert.All(box.Chunk(24).SkipLast(1), piece => Assert.False(files.Hold(piece))));
        Assert.All((await server.Get<VerifyErasure>().Run(None)).Files.Values, file => Assert.Equal(0, file.Boxes));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(0)]
    public async Task A_restarted_server_deletes_what_was_kept_before_also_with_the_setting_off(int seconds)
    {
        var folder = Directory.CreateTempSubdirectory("ots-test-").FullName;
        await MigratedDatabase.CopyTo(folder);
        await using (var server = await RunningServer.Start(folder, adjust: null, "--Secrets:RetrySeconds=60"))
        {
            var key = (await server.Conceal("value")).Key;
            Assert.Equal("value", (await server.TryRevealWith(key, Verbs.Proof())).Value());
        }
        await using (var server = await RunningServer.Start(folder, adjust: null, $"--Secrets:RetrySeconds={seconds}"))
        {
            Assert.False(await server.Get<PurgeAnswers>().IsDue(None));
            server.Clock.Advance(TimeSpan.FromSeconds(61));
            Assert.True(await server.Get<PurgeAnswers>().IsDue(None));
            Assert.Equal(1, await server.Get<PurgeAnswers>().Run(None));
            Assert.False(await server.Get<PurgeAnswers>().IsDue(None));
            await using var db = server.Database();
            Assert.False(await db.KeptAnswers.AnyAsync());
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Answers_are_deleted_at_their_own_times_and_the_table_is_read_only_then()
    {
        await using var server = await RunningServer.Start("--Secrets:RetrySeconds=20");
        var purge = server.Get<PurgeAnswers>();
        Assert.False(await purge.IsDue(None));
        await server.TryRevealWith((await server.Conceal("first")).Key, Verbs.Proof());
        server.Clock.Advance(TimeSpan.FromSeconds(15));
        await server.TryRevealWith((await server.Conceal("second")).Key, Verbs.Proof());
        Assert.False(await purge.IsDue(None));
        server.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True(await purge.IsDue(None));
        Assert.Equal(1, await purge.Run(None));
        server.Clock.Advance(TimeSpan.FromSeconds(14));
        Assert.False(await purge.IsDue(None));
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await purge.IsDue(None));
        Assert.Equal(1, await purge.Run(None));
    }

    [Fact]
    public async Task Answers_end_while_the_clock_is_in_doubt()
    {
        await using var server = await RunningServer.Start("--Secrets:RetrySeconds=20");
        var key = (await server.Conceal("value")).Key;
        server.System.Set(TimeSpan.FromDays(3650));
        Assert.Equal("value", (await server.TryRevealWith(key, Verbs.Proof())).Value());
        await server.RunSweep<EraseSweep>();
        server.Clock.Advance(TimeSpan.FromSeconds(20));
        await server.RunSweep<EraseSweep>();
        await using var db = server.Database();
        Assert.False(await db.KeptAnswers.AnyAsync());
    }

    [Fact]
    public async Task Answer_of_another_server_is_found_five_seconds_later_at_most()
    {
        await using var server = await RunningServer.Start("--Secrets:RetrySeconds=20");
        var purge = server.Get<PurgeAnswers>();
        Assert.False(await purge.IsDue(None));
        var (_, metadata) = await server.Conceal("value");
        await using (var db = server.Database())
        {
            db.Add(new KeptAnswer
            {
                Id = [1], SecretId = [2], ReceiptId = metadata.Id, Box = [3], Until = server.Clock.GetUtcNow().AddSeconds(1),
            });
            await db.SaveChangesAsync();
        }
        server.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True(await purge.IsDue(None));
    }

    [Fact]
    public async Task Ended_answers_make_one_run_of_the_job_and_then_there_is_none()
    {
        await using var server = await RunningServer.Start("--Secrets:RetrySeconds=20");
        await server.TryRevealWith((await server.Conceal("value")).Key, Verbs.Proof());
        var before = (await server.RunSweep<EraseSweep>()).Count;
        server.Clock.Advance(TimeSpan.FromSeconds(20));
        var runs = await server.RunSweep<EraseSweep>();
        Assert.Equal((before + 1, JobResult.Done, 1), (runs.Count, runs[0].Result, runs[0].Count));
        Assert.Equal(before + 1, (await server.RunSweep<EraseSweep>()).Count);
    }

    /// <summary>Lets time pass, as the loop of the job does by default: every three seconds.</summary>
    private static async Task Pass(RunningServer server, int seconds)
    {
        for (var i = 0; i < seconds; i += Math.Min(3, seconds - i))
        {
            server.Clock.Advance(TimeSpan.FromSeconds(Math.Min(3, seconds - i)));
            await server.RunSweep<EraseSweep>();
        }
    }
}
