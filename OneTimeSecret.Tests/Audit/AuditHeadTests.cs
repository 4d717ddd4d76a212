using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Tests.Commands;
using OneTimeSecret.Tests.Logging;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Audit;

/// <summary>Where the chain ends is kept outside of the database: what shows later that its end is missing.</summary>
public sealed class AuditHeadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public AuditHeadTests() => Directory.CreateDirectory(_folder.Data);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_is_written_at_the_start_by_the_clock_and_when_the_server_stops()
    {
        using var log = new CapturedLog();
        await using (var server = await RunningServer.Start(_folder.Data, log.Attach, "--Audit:HeadSeconds=30"))
        {
            await Verbs.Until(() => Kept()?.Sequence == 0);
            await server.Act(3);
            server.Clock.Advance(TimeSpan.FromSeconds(20));
            await Task.Delay(100);
            Assert.Equal(0, Kept()!.Sequence);
            server.Clock.Advance(TimeSpan.FromSeconds(10));
            await Verbs.Until(() => Kept()?.Sequence == 3);
            await Says(server);
            await server.Act(2);
        }
        Assert.Equal((5, 5), (Kept()!.Sequence, Kept()!.Count));
        await using var again = await RunningServer.Start(_folder.Data, adjust: null);
        Assert.Equal((null, null), await again.Flaw());
        await Says(again);
        foreach (var sequence in new[] { 0, 3, 5 })
            Assert.Contains(
                log.Lines, line => line.StartsWith("Information", Ordinal) && line.Contains($": audit-head sequence={sequence} ", Ordinal));
    }

    [Fact]
    public async Task Every_head_that_was_logged_proves_the_trail()
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(null, log.Attach);
        for (var i = 0; i < 3; i++)
        {
            await server.Act(2);
            await server.WriteHead();
        }
        var file = Path.Combine(_folder.Path, "log");
        await File.WriteAllLinesAsync(file, log.Lines);
        var report = await server.VerifyAudit(file);
        Assert.Equal((null, 6), (report.Flaw, report.Head!.Sequence));
        await server.Tamper(db => db.AuditEvents.Where(row => row.Sequence > 4).ExecuteDeleteAsync());
        Assert.Equal(AuditFlaw.Cut, (await server.VerifyAudit(file)).Flaw);
    }

    [Fact]
    public async Task Refusals_that_wait_are_written_before_it_also_when_the_server_stops()
    {
        await using (var server = await RunningServer.Start(_folder.Data, adjust: null))
        {
            await Verbs.Until(() => Kept() is not null);
            server.Get<RefusalBursts>().Note(AuditKind.TokenRefused, Verbs.Somebody);
            server.Clock.Advance(TimeSpan.FromMinutes(1));
            await Verbs.Until(() => Kept()!.Sequence == 1);
            server.Get<RefusalBursts>().Note(AuditKind.TokenRefused, Verbs.Somebody);
        }
        Assert.Equal(2, Kept()!.Sequence);
    }

    [Fact]
    public async Task A_head_that_contradicts_the_database_is_kept_as_the_proof_and_logged_as_an_error()
    {
        using var log = new CapturedLog();
        await using (var server = await RunningServer.Start(_folder.Data, log.Attach))
        {
            await server.Act(5);
            Assert.True(await server.WriteHead());
            await server.Tamper(db => db.AuditEvents.Where(row => row.Sequence > 3).ExecuteDeleteAsync());
            Assert.False(await server.WriteHead());
            Assert.Equal(5, Kept()!.Sequence);
            Assert.Contains(log.Lines, line => line.StartsWith("Error", Ordinal) && line.Contains("The audit trail ends at 3 ", Ordinal)
                && line.Contains("sequence=5 ", Ordinal));
            await server.Act(10); // grows over it
        }
        Assert.Equal(5, Kept()!.Sequence); // also at the end
        await using var again = await RunningServer.Start(_folder.Data, adjust: null);
        Assert.Equal((AuditFlaw.Rewritten, 5), await again.Flaw());
        File.Delete(_folder.File("audit-head")); // the operator has looked at it
        Assert.True(await again.WriteHead());
        Assert.Equal((null, null), await again.Flaw());
    }

    [Fact]
    public async Task It_lies_where_the_settings_say_and_only_its_owner_reads_it()
    {
        var elsewhere = Path.Combine(_folder.Path, "elsewhere");
        await using var server = await RunningServer.Start("--Audit:HeadFile=" + elsewhere);
        await server.Act(1);
        Assert.True(await server.WriteHead());
        Assert.False(File.Exists(Path.Combine(server.Folder, "audit-head")));
        Assert.Equal((null, null), await server.Flaw());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(elsewhere));
    }

    [Fact]
    public async Task A_head_that_cannot_be_written_is_logged_and_tried_again()
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(
            null, log.Attach, "--Audit:HeadFile=" + Path.Combine(_folder.Path, "not", "there"), "--Audit:HeadSeconds=30");
        await Verbs.Until(() => log.Lines.Any(line => line.Contains("could not be written", Ordinal)));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "not"));
        server.Clock.Advance(TimeSpan.FromSeconds(30));
        await Verbs.Until(() => File.Exists(Path.Combine(_folder.Path, "not", "there")));
        Assert.Equal("value", (await server.TryReveal((await server.Conceal("value")).Key)).Value());
    }

    private AuditHead? Kept() => WriteAuditHead.Read(_folder.File("audit-head"));

    private async Task Says(RunningServer server) => Assert.Equal((await server.Trail())[^1].Mac, Kept()!.Mac);
}
