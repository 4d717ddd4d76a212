using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Tests.Administration;
using OneTimeSecret.Tests.Commands;
using OneTimeSecret.Tests.Logging;
using OneTimeSecret.Tests.Storage;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Keys;

/// <summary>The boxes of a root are counted, because random nonces are safe for a limited number of boxes.</summary>
public sealed class SealCounterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CapturedLog _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Seals_are_counted_over_restarts_and_rounded_up()
    {
        await _folder.Make();
        await using (var server = await RunningServer.Start(_folder.Data, adjust: null))
        {
            await server.Conceal("one");
            await server.Conceal("two");
            Assert.Equal(SealCounter.Block, await Count(server));
            for (var i = 0; i < SealCounter.Block; i++)
                server.Get<KeyRing>().Seal(new BoxContext("test", [1], null), []);
            Assert.Equal(SealCounter.Block, await Count(server)); // what is not stored yet is not counted yet
            await server.Conceal("three");
            Assert.Equal(2 * SealCounter.Block, await Count(server));
        }
        await using var next = await RunningServer.Start(_folder.Data, adjust: null);
        await next.Conceal("four");
        Assert.Equal(3 * SealCounter.Block, await Count(next)); // the rest of the last block is lost, as after a crash
    }

    [Fact]
    public async Task Seals_of_a_write_that_fails_are_counted_by_the_next_one()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        faults.CommitsFail = true;
        await Assert.ThrowsAnyAsync<Exception>(() => server.Conceal("fails"));
        Assert.Equal(0, await Count(server));
        faults.CommitsFail = false;
        await server.Conceal("works");
        Assert.Equal(SealCounter.Block, await Count(server));
    }

    [Fact]
    public async Task Server_asks_for_a_rotation_once_half_of_the_safe_seals_are_used()
    {
        await using var server = await RunningServer.Start(null, _log.Attach);
        var old = KeyRingFile.Name(server.Get<KeyRing>().CurrentRoot);
        await server.Conceal("before");
        await SetCount(server, SealCounter.Due - 1);
        Assert.Equal("Healthy", await Health(server));

        for (var block = 0; block < 2; block++)
        {
            for (var i = 0; i < SealCounter.Block; i++)
                server.Get<KeyRing>().Seal(new BoxContext("test", [1], null), []);
            await server.Conceal("at the limit");
        }
        Assert.StartsWith(
            $"Warning OneTimeSecret.Core.Storage.SealCounter: Root {old} of the key ring has sealed 2147484671 boxes. Run `keys rotate`",
            Assert.Single(_log.Lines, line => line.Contains("SealCounter", Ordinal)), Ordinal);
        Assert.Equal("Degraded", await Health(server));
        using var admin = await server.SignInAdmin("/admin");
        Assert.StartsWith($"Root {old} of the key ring has sealed 2,147,485,695 boxes", admin.Text(".note[role=alert]"), Ordinal);
        await admin.Open("/admin/settings");
        Assert.StartsWith($"Root {old} of the key ring has sealed", admin.Text("section.part .note"), Ordinal);

        var (root, _) = await server.Get<RotateKeys>().Run(_ => { }, CancellationToken.None);
        Assert.Equal("Healthy", await Health(server));
        Assert.False((await admin.Open("/admin")).Has(".note[role=alert]"));
        await admin.Open("/admin/settings");
        Assert.StartsWith(
            $"Root {KeyRingFile.Name(root)} seals new data. It has sealed at most 1,024 boxes", admin.Text("section.part p"), Ordinal);
    }

    private static async Task<string> Health(RunningServer server)
    {
        using var answer = await server.Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.True(answer.IsSuccessStatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<long> Count(RunningServer server)
    {
        await using var db = server.Database();
        return await db.KeyChecks.Select(check => check.Seals).SingleAsync();
    }

    private static async Task SetCount(RunningServer server, long seals)
    {
        await using var db = server.Database();
        await db.KeyChecks.ExecuteUpdateAsync(set => set.SetProperty(check => check.Seals, seals));
    }
}
