using System.Diagnostics;
using System.Text;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Erasure;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Storage;

/// <summary>A real volume that another program fills to the last byte. Only root can make one.</summary>
public sealed class FullVolumeTests : IAsyncLifetime
{
    private const string Missing = "A small volume can only be mounted by root, and not in every container.";

    private static readonly string Value = new('x', 600_000);

    private readonly string _volume = Directory.CreateTempSubdirectory("ots-volume-").FullName;

    private static bool MayMount => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(MayMount && await Run("mount", "-t", "tmpfs", "-o", "size=64m", "none", _volume), Missing);
    }

    public async ValueTask DisposeAsync()
    {
        if (MayMount)
            await Run("umount", "--lazy", _volume);
        Directory.Delete(_volume, recursive: true);
    }

    [Fact]
    public async Task Every_secret_on_a_full_volume_can_be_revealed_burned_and_purged_and_creates_work_again_without_a_restart()
    {
        await using var server = await Start();
        var secrets = new List<Receipt>();
        while (await Share(server, Value) is { } receipt)
            secrets.Add(receipt);
        Assert.InRange(secrets.Count, 60, 90);
        await server.Get<EraseDeleted>().Run(CancellationToken.None); // an empty log holds no room either
        Fill();

        foreach (var (receipt, i) in secrets.Take(20).Select((receipt, i) => (receipt, i)))
            if (i % 2 == 0)
                Assert.Equal(Value, (await server.TryReveal(SecretKey.Parse(receipt.SecretKey)!)).Value());
            else
                Assert.IsType<BurnOutcome.Burned>(await server.TryBurn(MetadataKey.Parse(receipt.MetadataKey)!));
        Assert.False(File.Exists(server.Get<DataFolder>().Reserve));
        Assert.Null(await Share(server, Value));
        server.Clock.Advance(TimeSpan.FromDays(8)); // 40 secrets expire at once, of more bytes than the reserve has
        Assert.Equal(secrets.Count - 20, (await server.Get<PurgeExpired>().Run(CancellationToken.None)).Secrets);
        Assert.Equal(ErasureOutcome.Complete, await server.Get<EraseDeleted>().Run(scrub: false, CancellationToken.None));

        File.Delete(Path.Combine(_volume, "other"));
        await Verbs.Until(() => server.Get<StorageRoom>().MakeReserve());
        Assert.NotNull(await Share(server, Value));
    }

    /// <summary>The log holds pages for which the database must grow. Without room it could not be emptied, ever.</summary>
    [Fact]
    public async Task The_log_is_emptied_with_the_room_of_the_reserve()
    {
        await using var server = await Start();
        for (var i = 0; i < 5; i++)
            await Share(server, Value);
        Fill();
        Assert.Equal(ErasureOutcome.Complete, await server.Get<EraseDeleted>().Run(scrub: false, CancellationToken.None));
        Assert.False(File.Exists(server.Get<DataFolder>().Reserve));
        Assert.Equal(0, new FileInfo(server.Get<DataFolder>().Database + "-wal").Length);
    }

    private async Task<RunningServer> Start()
    {
        var data = Directory.CreateDirectory(Path.Combine(_volume, "data")).FullName;
        await MigratedDatabase.CopyTo(data);
        return await RunningServer.Start(
            data, adjust: null, "--Limits:Enabled=false", "--Secrets:MaxBytes=1000000", "--Storage:ReserveMegabytes=12");
    }

    /// <summary>Another program takes every free byte.</summary>
    private void Fill()
    {
        using var other = File.Create(Path.Combine(_volume, "other"));
        var block = new byte[4096];
        try
        {
            while (true)
            {
                other.Write(block);
                other.Flush();
            }
        }
        catch (IOException)
        {
            // The volume is full.
        }
    }

    private static async Task<Receipt?> Share(RunningServer server, string value)
    {
        var outcome = await server.Get<ConcealSecret>().Run(
            Encoding.ASCII.GetBytes(value), new SecretDraft(null, null), Verbs.Somebody, CancellationToken.None);
        return (outcome as ConcealOutcome.Concealed)?.Receipt;
    }

    private static async Task<bool> Run(string program, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(program, words) { UseShellExecute = false, RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
