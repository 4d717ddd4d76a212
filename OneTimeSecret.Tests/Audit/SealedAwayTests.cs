using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Tests.Audit;

/// <summary>Trimming old rows hides no tampering with the trail and does not disturb a verification.</summary>
public sealed class SealedAwayTests : IAsyncLifetime
{
    private const int Old = 8;
    private const int New = 4;

    private RunningServer _server = null!;

    /// <summary>Adds rows that are due for trimming, and some that are not.</summary>
    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start("--Audit:KeepDays=30");
        await _server.Act(Old);
        _server.Clock.Advance(TimeSpan.FromDays(31));
        await _server.Act(New);
        Assert.True(await _server.WriteHead());
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Rows_forged_to_look_old_are_found_and_not_trimmed()
    {
        await Write($"UPDATE AuditEvents SET Time = (SELECT Time FROM AuditEvents WHERE Sequence = 1) WHERE Sequence <= {Old + 2}");
        var found = await _server.Flaw();
        Assert.Equal(AuditFlaw.Changed, found.Flaw);
        await Assert.ThrowsAsync<InvalidDataException>(Trim);
        Assert.Equal(Old + New, (await _server.Trail()).Count);
        Assert.Equal(found, await _server.Flaw());
    }

    [Theory]
    [InlineData("UPDATE AuditEvents SET Count = 9 WHERE Sequence = 4", 4)]
    [InlineData("DELETE FROM AuditEvents WHERE Sequence = 4", 4)]
    [InlineData("DELETE FROM AuditEvents WHERE Sequence = 8", 8)]
    [InlineData("DELETE FROM AuditEvents WHERE Sequence < 3", 1)]
    [InlineData("UPDATE AuditEvents SET AccountId = 'nobody' WHERE Sequence = 4", 4)]
    public async Task Tampering_with_old_rows_stops_the_trimming_and_stays_detectable(string deed, long at)
    {
        await Write(deed);
        var fault = await Assert.ThrowsAsync<InvalidDataException>(Trim);
        Assert.StartsWith($"Row {at} of the audit trail is not as it was written", fault.Message, StringComparison.Ordinal);
        Assert.Equal(at, (await _server.Flaw()).At);
    }

    [Fact]
    public async Task Forged_anchor_stops_the_trimming_and_stays_detectable()
    {
        await Write(
            "INSERT INTO AuditAnchors (Sequence, Mac, Time, Seal) SELECT Sequence, Mac, Time, Mac FROM AuditEvents WHERE Sequence = 3");
        await Write("DELETE FROM AuditEvents WHERE Sequence <= 3");
        await Assert.ThrowsAsync<InvalidDataException>(Trim);
        Assert.Equal((AuditFlaw.ForgedAnchor, 3), await _server.Flaw());
    }

    [Fact]
    public async Task Trimming_during_a_verification_causes_no_false_alarm()
    {
        const int Many = 12_000; // more than two batches of the trimming and of the verification
        var chain = _server.Get<AuditChain>();
        await _server.Tamper(async db =>
        {
            var acts = Enumerable.Repeat(Core.Audit.Act.OfServer(AuditKind.BannerSet), Many);
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
        var notes = (trimmed + 999) / 1000; // each batch records an act
        Assert.Equal((null, trimmed, trimmed + 2 + notes), (report.Flaw, report.Trimmed, report.Verified));
    }

    [Fact]
    public async Task Two_servers_that_trim_at_once_leave_a_valid_trail()
    {
        await using var other = await RunningServer.Start(_server.Folder, adjust: null, "--Audit:KeepDays=30");
        other.Clock.Advance(_server.Clock.GetUtcNow() - other.Clock.GetUtcNow());
        await Task.WhenAll(Trim(), other.Get<TrimAudit>().Run(CancellationToken.None));
        Assert.Equal(Old + 1, (await _server.Trail())[0].Sequence);
        Assert.Equal((null, null), await _server.Flaw());
    }

    private Task<int> Trim() => _server.Get<TrimAudit>().Run(CancellationToken.None);

    private Task Write(string sql) => _server.Tamper(db => db.Database.ExecuteSqlRawAsync(sql));
}
