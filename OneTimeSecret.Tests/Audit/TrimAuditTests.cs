using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Commands;
using OneTimeSecret.Tests.Storage;
using OneTimeSecret.Web.Jobs;

namespace OneTimeSecret.Tests.Audit;

/// <summary>The server trims old rows. Nobody else can remove rows in that way unnoticed.</summary>
public sealed class TrimAuditTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RunningServer _server = null!;
    private string _early = "";

    private string OldHead => Path.Combine(_folder.Path, "old-head");

    /// <summary>Ten rows are 35 days old, five are 15 days old. Rows older than 30 days are trimmed.</summary>
    public async ValueTask InitializeAsync()
    {
        // Tests write heads explicitly.
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
    public async Task Old_rows_are_trimmed_and_an_anchor_remains()
    {
        var trail = await _server.Trail();
        Assert.Equal([11, 12, 13, 14, 15, 16], trail.Select(row => row.Sequence));
        Assert.Equal(new LeftRow(AuditKind.AuditTrimmed, AuditActor.Server, null, null, null, "1-10"), LeftRow.Of(trail[^1]));
        await using var db = _server.Database();
        Assert.Equal(10, (await db.AuditAnchors.AsNoTracking().SingleAsync()).Sequence);
        Assert.Equal(0, await Trim()); // nothing is due, and nothing is recorded
        Assert.Equal(16, (await _server.Trail())[^1].Sequence);
    }

    [Fact]
    public async Task Trimmed_trail_is_valid_also_by_heads_written_before_the_trim()
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
        await File.WriteAllTextAsync(_folder.File("audit-head"), _early); // the head of a row that was trimmed
        Assert.True(await _server.WriteHead());
    }

    [Fact]
    public async Task Last_row_is_kept_at_any_age_and_the_chain_continues_from_it()
    {
        _server.Clock.Advance(TimeSpan.FromDays(400));
        Assert.Equal(5, await Trim());
        Assert.Equal([16, 17], (await _server.Trail()).Select(row => row.Sequence));
        await _server.Act(3);
        var report = await _server.VerifyAudit(OldHead);
        Assert.Equal((null, 15, 20), (report.Flaw, report.Trimmed, report.Verified));
    }

    [Fact]
    public async Task Several_batches_of_rows_are_trimmed_and_the_trail_stays_valid()
    {
        for (var round = 0; round < 1800 / RefusalBursts.MostOfKind; round++)
        {
            for (var i = 0; i < RefusalBursts.MostOfKind; i++)
                _server.Get<RefusalBursts>().Count(AuditKind.TokenRefused, new($"client {i}"));
            await _server.Get<RefusalBursts>().Write();
        }
        _server.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(1805, await Trim());
        Assert.Equal(1815, (await _server.VerifyAudit()).Trimmed);
        Assert.Null((await _server.VerifyAudit()).Flaw);
    }

    [Fact]
    public async Task Only_one_of_two_concurrent_trims_deletes_rows_and_records_it()
    {
        _server.Clock.Advance(TimeSpan.FromDays(31));
        Task<int[]> both;
        await using (new WriteLock(_server)) // both begin before either ends, or else the second one trims one row more
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
    public async Task Row_inserted_before_the_first_row_is_found(long at)
    {
        const string Columns = "AccountId, Actor, Client, Count, Detail, Kind, Mac, Result, Subject, Time";
        await Write($"INSERT INTO AuditEvents (Sequence, {Columns}) SELECT {at}, {Columns} FROM AuditEvents WHERE Sequence = 12");
        Assert.Equal((AuditFlaw.Changed, at), await _server.Flaw());
    }

    private Task<int> Trim() => _server.Get<TrimAudit>().Run(CancellationToken.None);

    private Task Write(string sql) => _server.Tamper(db => db.Database.ExecuteSqlRawAsync(sql));
}
