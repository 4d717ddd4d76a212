using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Commands;
using OneTimeSecret.Tests.Storage;
using OneTimeSecret.Web.Jobs;

namespace OneTimeSecret.Tests.Audit;

/// <summary>Old rows go, and nobody else can make rows go that way.</summary>
public sealed class TrimAuditTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RunningServer _server = null!;
    private string _early = "";

    private string OldHead => Path.Combine(_folder.Path, "old-head");

    /// <summary>Ten rows of 35 days ago, five of 15 days ago; what is older than 30 days is trimmed.</summary>
    public async ValueTask InitializeAsync()
    {
        // Heads are written when the test means it.
        _server = await RunningServer.Start(
            _folder.Data,
            builder => builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(AuditWatch))),
            "--Audit:KeepDays=30");
        await _server.Act(4);
        Assert.True(await _server.WriteHead());
        _early = await File.ReadAllTextAsync(_folder.File("audit-head"));
        await _server.Act(6);
        _server.Clock.Advance(TimeSpan.FromDays(20));
        await _server.Act(5);
        Assert.True(await _server.WriteHead());
        File.Copy(_folder.File("audit-head"), OldHead);
        _server.Clock.Advance(TimeSpan.FromDays(15));
        Assert.Equal(10, await Trim());
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Rows_that_are_too_old_go_and_an_anchor_stays()
    {
        var trail = await _server.Trail();
        Assert.Equal([11, 12, 13, 14, 15, 16], trail.Select(row => row.Sequence));
        Assert.Equal(new LeftRow(AuditKind.AuditTrimmed, AuditActor.Server, null, null, null, "1-10"), LeftRow.Of(trail[^1]));
        await using var db = _server.Database();
        Assert.Equal(10, (await db.AuditAnchors.AsNoTracking().SingleAsync()).Sequence);
        Assert.Equal(0, await Trim()); // nothing is due, and nothing is said
        Assert.Equal(16, (await _server.Trail())[^1].Sequence);
    }

    [Fact]
    public async Task What_is_left_is_whole_also_by_heads_from_before()
    {
        await File.AppendAllTextAsync(OldHead, _early);
        foreach (var head in new[] { null, OldHead })
        {
            var report = await _server.VerifyAudit(head);
            Assert.Equal((null, 10, 16), (report.Flaw, report.Trimmed, report.Verified));
        }
        Assert.True(await _server.WriteHead());
        var written = WriteAuditHead.Read(_folder.File("audit-head"))!;
        Assert.Equal((16, 6), (written.Sequence, written.Count));
        await File.WriteAllTextAsync(_folder.File("audit-head"), _early); // of a row that is trimmed
        Assert.True(await _server.WriteHead());
    }

    [Fact]
    public async Task The_last_row_stays_however_old_and_the_chain_goes_on_from_it()
    {
        _server.Clock.Advance(TimeSpan.FromDays(400));
        Assert.Equal(5, await Trim());
        Assert.Equal([16, 17], (await _server.Trail()).Select(row => row.Sequence));
        await _server.Act(3);
        var report = await _server.VerifyAudit(OldHead);
        Assert.Equal((null, 15, 20), (report.Flaw, report.Trimmed, report.Verified));
    }

    [Fact]
    public async Task More_rows_than_a_batch_are_trimmed_and_whole()
    {
        for (var i = 0; i < 1200; i++)
            _server.Get<RefusalBursts>().Count(AuditKind.TokenRefused, new($"client {i % 900}"));
        await _server.Get<RefusalBursts>().Write();
        for (var i = 0; i < 900; i++)
            _server.Get<RefusalBursts>().Count(AuditKind.TokenRefused, new($"client {i}"));
        await _server.Get<RefusalBursts>().Write();
        _server.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(1805, await Trim());
        Assert.Equal(1815, (await _server.VerifyAudit()).Trimmed);
        Assert.Null((await _server.VerifyAudit()).Flaw);
    }

    [Fact]
    public async Task Of_two_that_trim_at_once_one_trims_and_says_so()
    {
        _server.Clock.Advance(TimeSpan.FromDays(31));
        Task<int[]> both;
        await using (new WriteLock(_server)) // until both have begun: who begins after the other has ended finds one old row more
            both = Task.WhenAll(Trim(), Trim());
        Assert.Equal(5, (await both).Sum());
        Assert.Equal("11-15", Assert.Single(await _server.Trail(), row => row.Kind == AuditKind.AuditTrimmed && row.Sequence > 16).Detail);
        Assert.Null((await _server.VerifyAudit()).Flaw);
    }

    [Theory]
    [InlineData("UPDATE AuditAnchors SET Seal = zeroblob(32)")]
    [InlineData("UPDATE AuditAnchors SET Seal = x''")]
    [InlineData("UPDATE AuditAnchors SET Mac = zeroblob(32)")]
    [InlineData("UPDATE AuditAnchors SET Time = Time + 1")]
    [InlineData("UPDATE AuditAnchors SET Time = 9000000000000000000")]
    [InlineData("INSERT INTO AuditAnchors (Sequence, Mac, Seal, Time) SELECT Sequence + 2, Mac, Seal, Time FROM AuditAnchors")]
    [InlineData("UPDATE AuditAnchors SET Sequence = 12, Mac = (SELECT Mac FROM AuditEvents WHERE Sequence = 12)")]
    public async Task A_forged_anchor_is_found(string forgery)
    {
        await Write(forgery);
        await Write("DELETE FROM AuditEvents WHERE Sequence <= (SELECT max(Sequence) FROM AuditAnchors)");
        Assert.Equal(AuditFlaw.ForgedAnchor, (await _server.Flaw()).Flaw);
    }

    [Fact]
    public async Task A_removed_anchor_is_found()
    {
        await Write("DELETE FROM AuditAnchors");
        Assert.Equal((AuditFlaw.Missing, 1), await _server.Flaw());
    }

    [Fact]
    public async Task Rows_that_are_deleted_by_hand_at_the_beginning_are_found()
    {
        await Write("DELETE FROM AuditEvents WHERE Sequence <= 12");
        Assert.Equal((AuditFlaw.Missing, 11), await _server.Flaw());
    }

    [Theory, InlineData(10), InlineData(3), InlineData(0), InlineData(-7)]
    public async Task A_row_that_is_put_in_before_the_beginning_is_found(long at)
    {
        const string Columns = "AccountId, Actor, Client, Count, Detail, Kind, Mac, Result, Subject, Time";
        await Write($"INSERT INTO AuditEvents (Sequence, {Columns}) SELECT {at}, {Columns} FROM AuditEvents WHERE Sequence = 12");
        Assert.Equal((AuditFlaw.Changed, at), await _server.Flaw());
    }

    private Task<int> Trim() => _server.Get<TrimAudit>().Run(CancellationToken.None);

    private Task Write(string sql) => _server.Tamper(db => db.Database.ExecuteSqlRawAsync(sql));
}
