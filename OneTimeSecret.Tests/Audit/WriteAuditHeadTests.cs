using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Commands;
using OneTimeSecret.Tests.Logging;

namespace OneTimeSecret.Tests.Audit;

/// <summary>The server writes the head of the trail to a file outside the database: at start, periodically, and at stop.</summary>
public sealed class WriteAuditHeadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Head_file_is_written_at_start_periodically_and_at_stop()
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
    public async Task Head_file_is_written_to_the_configured_path_and_only_its_owner_can_read_it()
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
    public async Task Head_file_that_contradicts_the_database_is_kept_as_evidence(int grown)
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
    public async Task Every_logged_head_can_be_used_to_verify_the_trail()
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
        await File.WriteAllLinesAsync(file, log.Lines); // the message about a file that does not fit is not taken for a head
        Assert.Equal(6, (await server.VerifyAudit(file)).Head!.Sequence);
        Assert.Contains(log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal)
            && line.Contains("The audit trail ends at row 4 and does not fit row 6 of its head file", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Failed_write_is_logged_and_retried()
    {
        using var log = new CapturedLog();
        var file = Path.Combine(_folder.Path, "later", "head");
        await using var server = await RunningServer.Start(
            _folder.Data, log.Attach, $"--Audit:HeadFile={file}", "--Audit:HeadSeconds=7");
        await Verbs.Until(() => log.Lines.Any(line => line.Contains("could not be written; the server", StringComparison.Ordinal)));
        Assert.Null(server.Get<WriteAuditHead>().Fits); // the overview must not speak of tampering
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        server.Clock.Advance(TimeSpan.FromSeconds(7));
        await Verbs.Until(() => File.Exists(file));
    }

    [Theory]
    [InlineData("audit-head sequence=1 count=1 mac={0} time=9999-99-99T99:99:99Z"), InlineData("nothing of a head"), InlineData("")]
    public async Task Invalid_head_file_is_kept_and_does_not_stop_the_server(string text)
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
    public async Task Deleted_rows_are_noticed_even_if_the_head_file_is_deleted_too()
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(_folder.Data, log.Attach);
        await server.Act(6);
        Assert.True(await server.WriteHead());
        File.Delete(_folder.File("audit-head"));
        Assert.True(await server.WriteHead());
        Assert.Contains(log.Lines, line => line.Contains("was removed and is written again", StringComparison.Ordinal));
        await server.Tamper(db => db.AuditEvents.Where(row => row.Sequence > 4).ExecuteDeleteAsync());
        File.Delete(_folder.File("audit-head"));
        Assert.False(await server.WriteHead());
        Assert.False(File.Exists(_folder.File("audit-head")));
    }

    private Task<RunningServer> Start(params string[] settings) => RunningServer.Start(_folder.Data, null, settings);

    private AuditHead? Head() => WriteAuditHead.Read(_folder.File("audit-head"));
}
