using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Commands;
using OneTimeSecret.Tests.Logging;

namespace OneTimeSecret.Tests.Audit;

/// <summary>The head of the trail is outside of the database at start, from time to time, and at the end.</summary>
public sealed class WriteAuditHeadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_is_written_at_start_by_the_clock_and_at_stop()
    {
        await using (var server = await Start("--Audit:HeadSeconds=7"))
        {
            await Verbs.Until(() => Head() is not null);
            Assert.Equal((0, 0), (Head()!.Sequence, Head()!.Count));
            for (var round = 1; round <= 3; round++)
            {
                await server.Conceal("value");
                Assert.Equal(round - 1, Head()!.Sequence);
                server.Clock.Advance(TimeSpan.FromSeconds(7));
                await Verbs.Until(() => Head()!.Sequence == round);
            }
            Assert.Equal((await server.Trail())[^1].Mac, Head()!.Mac);
            await server.Conceal("value");
            server.Get<RefusalBursts>().Count(AuditKind.RequestsLimited, new Caller("192.0.2.1"));
            Assert.Equal(3, Head()!.Sequence);
        }
        Assert.Equal((5, 5), (Head()!.Sequence, Head()!.Count));
        await using var again = await Start();
        Assert.Equal(AuditKind.RequestsLimited, (await again.Trail())[^1].Kind);
        var report = await again.VerifyAudit();
        Assert.Equal((null, 5), (report.Flaw, report.Verified));
    }

    [Fact]
    public async Task It_lies_where_the_settings_say_and_is_nobody_elses_to_read()
    {
        var file = Path.Combine(_folder.Path, "elsewhere");
        await using (var server = await Start($"--Audit:HeadFile={file}"))
            await server.Conceal("value");
        Assert.False(File.Exists(_folder.File("audit-head")));
        Assert.Equal(1, AuditHead.In(await File.ReadAllLinesAsync(file)).Single().Sequence);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Theory, InlineData(0), InlineData(5)]
    public async Task One_that_contradicts_the_database_is_kept_as_the_proof(int grown)
    {
        await using (var server = await Start())
            await server.Act(4);
        var proof = await File.ReadAllTextAsync(_folder.File("audit-head"));
        await using (var server = await Start("--Audit:HeadFile=" + Path.Combine(_folder.Path, "elsewhere")))
        {
            await server.Tamper(db => db.AuditEvents.Where(row => row.Sequence > 2).ExecuteDeleteAsync());
            await server.Act(grown);
        }
        await using (var server = await Start("--Audit:HeadSeconds=7"))
        {
            var head = server.Get<WriteAuditHead>();
            await Verbs.Until(() => head.Fits is false);
            await server.Conceal("value");
            server.Clock.Advance(TimeSpan.FromSeconds(7));
            Assert.False(await server.WriteHead());
            Assert.NotNull((await server.VerifyAudit()).Flaw);
        }
        Assert.Equal(proof, await File.ReadAllTextAsync(_folder.File("audit-head")));
    }

    [Fact]
    public async Task Every_head_that_the_server_logged_proves_the_trail()
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(_folder.Data, log.Attach);
        for (var i = 0; i < 3; i++)
        {
            await server.Act(2);
            await server.WriteHead();
        }
        var file = Path.Combine(_folder.Path, "log");
        await File.WriteAllLinesAsync(file, log.Lines);
        foreach (var sequence in new[] { 2, 4, 6 })
            Assert.Contains(AuditHead.In(log.Lines), head => head.Sequence == sequence);
        Assert.Equal((null, 6), ((await server.VerifyAudit(file)).Flaw, (await server.VerifyAudit(file)).Head!.Sequence));
        await server.Tamper(db => db.AuditEvents.Where(row => row.Sequence > 4).ExecuteDeleteAsync());
        Assert.Equal(AuditFlaw.Cut, (await server.VerifyAudit(file)).Flaw);
        Assert.False(await server.WriteHead());
        await File.WriteAllLinesAsync(file, log.Lines); // what it says of a file that does not fit is no head
        Assert.Equal(6, (await server.VerifyAudit(file)).Head!.Sequence);
        Assert.Contains(log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal)
            && line.Contains("The audit trail ends at row 4 and does not fit row 6 of its head file", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_cannot_be_written_is_logged_and_tried_again()
    {
        using var log = new CapturedLog();
        var file = Path.Combine(_folder.Path, "later", "head");
        await using var server = await RunningServer.Start(
            _folder.Data, log.Attach, $"--Audit:HeadFile={file}", "--Audit:HeadSeconds=7");
        await Verbs.Until(() => log.Lines.Any(line => line.Contains("could not be written; it is tried again", StringComparison.Ordinal)));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        server.Clock.Advance(TimeSpan.FromSeconds(7));
        await Verbs.Until(() => File.Exists(file));
    }

    [Theory]
    [InlineData("audit-head sequence=1 count=1 mac={0} time=9999-99-99T99:99:99Z"), InlineData("nothing of a head"), InlineData("")]
    public async Task One_that_is_none_is_kept_and_stops_nobody(string text)
    {
        Directory.CreateDirectory(_folder.Data);
        text = text.Replace("{0}", new string('a', 64), StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder.File("audit-head"), text);
        await using var server = await Start("--Audit:HeadSeconds=7");
        await Verbs.Until(() => server.Get<WriteAuditHead>().Fits is false);
        await server.Conceal("value");
        server.Clock.Advance(TimeSpan.FromSeconds(7));
        await Assert.ThrowsAsync<InvalidDataException>(() => server.VerifyAudit());
        Assert.Equal(text, await File.ReadAllTextAsync(_folder.File("audit-head")));
    }

    [Fact]
    public async Task Rows_that_go_are_missed_although_the_file_went_with_them()
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(_folder.Data, log.Attach);
        await server.Act(6);
        Assert.True(await server.WriteHead());
        File.Delete(_folder.File("audit-head"));
        Assert.True(await server.WriteHead());
        Assert.Contains(log.Lines, line => line.Contains("was taken away, and is written anew", StringComparison.Ordinal));
        await server.Tamper(db => db.AuditEvents.Where(row => row.Sequence > 4).ExecuteDeleteAsync());
        File.Delete(_folder.File("audit-head"));
        Assert.False(await server.WriteHead());
        Assert.False(File.Exists(_folder.File("audit-head")));
    }

    private Task<RunningServer> Start(params string[] settings) => RunningServer.Start(_folder.Data, null, settings);

    private AuditHead? Head() => WriteAuditHead.Read(_folder.File("audit-head"));
}
