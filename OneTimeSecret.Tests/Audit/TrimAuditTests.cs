using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Commands;
using Act = OneTimeSecret.Core.Audit.Act;

namespace OneTimeSecret.Tests.Audit;

/// <summary>Old rows go by right, and nobody else can say that rows went by right.</summary>
public sealed class TrimAuditTests : IAsyncLifetime
{
    private const int Old = 8;
    private const int New = 4;

    private readonly TemporaryFolder _folder = new();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start("--Audit:KeepDays=30");
        await _server.Act(Old);
        Assert.True(await _server.WriteHead());
        File.Copy(Path.Combine(_server.Folder, "audit-head"), Path.Combine(_folder.Path, "older-head"));
        _server.Clock.Advance(TimeSpan.FromDays(31));
        await _server.Act(New);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Old_rows_go_new_ones_stay_and_the_trail_is_whole()
    {
        var before = await _server.Trail();
        Assert.Equal(Old, await Trim());
        var left = AuditTrails.Said((await _server.Trail())[^1]);
        Assert.Equal(Act.OfServer(AuditKind.AuditTrimmed) with { Detail = $"1-{Old}" }, left);
        Assert.Equal(before[Old..].Select(Line), (await _server.Trail())[..New].Select(Line), StringComparer.Ordinal);

        Assert.True(await _server.WriteHead()); // the head that is older than the trim is no contradiction
        var report = await _server.VerifyAudit();
        Assert.Equal((null, Old, Old + New + 1), (report.Flaw, report.Trimmed, report.Verified));
        Assert.Equal(New + 1, report.Head!.Count);
        Assert.Null((await _server.VerifyAudit(Path.Combine(_folder.Path, "older-head"))).Flaw);
        Assert.Equal(0, await Trim()); // nothing more is due
        Assert.Equal((null, null), await _server.Flaw());
    }

    [Fact]
    public async Task The_last_row_stays_however_old_so_that_the_head_holds()
    {
        _server.Clock.Advance(TimeSpan.FromDays(100));
        Assert.True(await _server.WriteHead());
        Assert.Equal(Old + New - 1, await Trim());
        Assert.Equal([Old + New, Old + New + 1], (await _server.Trail()).Select(row => row.Sequence));
        Assert.Equal((null, null), await _server.Flaw());
        _server.Clock.Advance(TimeSpan.FromDays(100));
        Assert.Equal(1, await Trim());
        await _server.Act(2);
        Assert.True(await _server.WriteHead());
        Assert.Equal((null, null), await _server.Flaw());
    }

    [Theory, InlineData("Sequence"), InlineData("Mac"), InlineData("Time"), InlineData("Seal")]
    public async Task A_changed_anchor_is_found(string column)
    {
        await Trim();
        await Write($"UPDATE AuditAnchors SET \"{column}\" = " + (column is "Mac" or "Seal" ? "zeroblob(32)" : $"\"{column}\" + 1"));
        Assert.Equal(AuditFlaw.ForgedAnchor, (await _server.Flaw()).Flaw);
    }

    [Fact]
    public async Task An_anchor_of_ones_own_is_found()
    {
        await Write("INSERT INTO AuditAnchors (Sequence, Mac, Time, Seal) SELECT Sequence, Mac, Time, Mac FROM AuditEvents WHERE Sequence = 3");
        await Write("DELETE FROM AuditEvents WHERE Sequence <= 3");
        Assert.Equal((AuditFlaw.ForgedAnchor, 3), await _server.Flaw());
    }

    [Fact]
    public async Task A_removed_anchor_is_found()
    {
        await Trim();
        await Write("DELETE FROM AuditAnchors");
        Assert.Equal((AuditFlaw.Missing, 1), await _server.Flaw());
    }

    [Theory, InlineData(false, 1), InlineData(true, Old + 1)]
    public async Task Rows_that_somebody_deletes_at_the_beginning_are_found(bool trimmed, long first)
    {
        if (trimmed)
            await Trim();
        await Write($"DELETE FROM AuditEvents WHERE Sequence <= {first + 1}");
        Assert.Equal((AuditFlaw.Missing, first), await _server.Flaw());
    }

    [Fact]
    public async Task Rows_that_somebody_makes_look_old_are_not_trimmed_but_found()
    {
        await Write($"UPDATE AuditEvents SET Time = (SELECT Time FROM AuditEvents WHERE Sequence = 1) WHERE Sequence <= {Old + 2}");
        await Assert.ThrowsAsync<InvalidDataException>(Trim);
        Assert.Equal(Old + New, (await _server.Trail()).Count);
        Assert.Equal(AuditFlaw.Changed, (await _server.Flaw()).Flaw);
    }

    [Theory]
    [InlineData("UPDATE AuditEvents SET Count = 9 WHERE Sequence = 4")]
    [InlineData("DELETE FROM AuditEvents WHERE Sequence = 4")]
    [InlineData("DELETE FROM AuditEvents WHERE Sequence = 8")]
    public async Task What_somebody_did_to_old_rows_is_not_sealed_away(string deed)
    {
        await Write(deed);
        var before = await _server.Flaw();
        await Assert.ThrowsAsync<InvalidDataException>(Trim);
        Assert.NotNull(before.Flaw);
        Assert.Equal(before, await _server.Flaw());
    }

    [Fact]
    public async Task Trimming_in_the_middle_of_a_verification_is_no_false_alarm()
    {
        const int Many = 12_000; // more than two batches of either
        var chain = _server.Get<AuditChain>();
        await _server.Tamper(async db =>
        {
            var acts = Enumerable.Repeat(Act.OfServer(AuditKind.SecretCreated), Many);
            db.AddRange(chain.Next(await AuditChain.End(db), acts, _server.Clock.GetUtcNow()));
            await db.SaveChangesAsync();
        });
        _server.Clock.Advance(TimeSpan.FromDays(31));
        await _server.Act(2);
        Assert.True(await _server.WriteHead());
        var trimmed = 0;
        var report = await _server.Get<VerifyAudit>().Run(
            null,
            _ =>
            {
                if (trimmed == 0)
                    trimmed = Task.Run(Trim).GetAwaiter().GetResult();
            },
            CancellationToken.None);
        Assert.Equal(Old + New + Many, trimmed);
        Assert.Equal((null, trimmed, trimmed + 3), (report.Flaw, report.Trimmed, report.Verified));
    }

    [Fact]
    public async Task Two_servers_that_trim_at_once_leave_one_whole_trail()
    {
        await using var other = await RunningServer.Start(_server.Folder, adjust: null, "--Audit:KeepDays=30");
        other.Clock.Advance(_server.Clock.GetUtcNow() - other.Clock.GetUtcNow());
        await Task.WhenAll(Trim(), other.Get<TrimAudit>().Run(CancellationToken.None));
        Assert.Equal(Old + 1, (await _server.Trail())[0].Sequence);
        Assert.Null((await _server.VerifyAudit(Path.Combine(_folder.Path, "older-head"))).Flaw);
    }

    private static string Line(AuditEvent row) => $"{row.Sequence} {Convert.ToHexStringLower(row.Mac)}";

    private Task<int> Trim() => _server.Get<TrimAudit>().Run(CancellationToken.None);

    private Task Write(string sql) => _server.Tamper(db => db.Database.ExecuteSqlRawAsync(sql));
}
