using Microsoft.Extensions.Hosting;
using OneTimeSecret.Core.Copies;

namespace OneTimeSecret.Tests.Copies;

/// <summary>The server makes copies by itself, and keeps only so many.</summary>
public sealed class BackupWatchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ots-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Copies_are_made_at_their_interval_also_after_a_restart_and_the_oldest_go()
    {
        string[] settings = [$"--Backup:Folder={_folder}", "--Backup:Hours=24", "--Backup:Keep=2"];
        await File.WriteAllTextAsync(Path.Combine(_folder, "onetimesecret-mine.db"), "not a copy of the server");
        await using var server = await RunningServer.Start(settings);
        await Verbs.Until(() => Copies().Length == 1); // at the start
        var watch = server.Get<IEnumerable<IHostedService>>().OfType<BackupWatch>().Single();
        await watch.StopAsync(CancellationToken.None); // the test looks itself
        var first = Assert.Single(Copies());
        for (var day = 1; day <= 3; day++)
        {
            server.Clock.Advance(TimeSpan.FromHours(23));
            Assert.True(await watch.Look(CancellationToken.None));
            Assert.Equal(Math.Min(day, 2), Copies().Length);
            server.Clock.Advance(TimeSpan.FromHours(1));
            Assert.True(await watch.Look(CancellationToken.None));
            Assert.Equal(2, Copies().Length);
        }
        Assert.DoesNotContain(first, Copies(), StringComparer.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder, "onetimesecret-mine.db")));
    }

    [Fact]
    public async Task Copies_from_the_future_do_not_push_out_those_of_today()
    {
        foreach (var year in (int[])[2098, 2099])
            await File.WriteAllTextAsync(Path.Combine(_folder, $"onetimesecret-{year}0101T000000Z.db"), "made by a wrong clock");
        await using var server = await RunningServer.Start($"--Backup:Folder={_folder}", "--Backup:Keep=1");
        await Verbs.Until(() => Copies().Length == 3);
        await server.Get<IEnumerable<IHostedService>>().OfType<BackupWatch>().Single().StopAsync(CancellationToken.None);
        Assert.Equal(3, Copies().Length);
    }

    [Fact]
    public async Task Copy_that_fails_is_logged_and_stops_nothing()
    {
        await using var server = await RunningServer.Start($"--Backup:Folder={Path.Combine(_folder, "nowhere")}");
        Assert.False(await server.Get<IEnumerable<IHostedService>>().OfType<BackupWatch>().Single().Look(CancellationToken.None));
        Assert.Equal("value", (await server.TryReveal((await server.Conceal("value")).Key)).Value());
    }

    private string[] Copies() => [.. Directory.EnumerateFiles(_folder, "onetimesecret-2*.db")];
}
