using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Audit;

/// <summary>Reads, verifies and tampers with the audit trail of a running server.</summary>
internal static class AuditTrails
{
    public static async Task<List<AuditEvent>> Trail(this RunningServer server)
    {
        await using var db = server.Database();
        return await db.AuditEvents.AsNoTracking().OrderBy(row => row.Sequence).ToListAsync();
    }

    public static Task<AuditReport> VerifyAudit(this RunningServer server, string? head = null) =>
        server.Get<VerifyAudit>().Run(head, _ => { }, CancellationToken.None);

    /// <summary>The first flaw of the trail and its row, or nulls.</summary>
    public static async Task<(AuditFlaw? Flaw, long? At)> Flaw(this RunningServer server)
    {
        var report = await server.VerifyAudit();
        return (report.Flaw, report.At);
    }

    /// <summary>Writes the head as the server does every minute.</summary>
    public static Task<bool> WriteHead(this RunningServer server) => server.Get<WriteAuditHead>().Run(CancellationToken.None);

    /// <summary>Changes the database without the program's knowledge.</summary>
    public static async Task Tamper(this RunningServer server, Func<OtsDbContext, Task> change)
    {
        await using var db = server.Database();
        await change(db);
    }

    /// <summary>Adds <paramref name="times"/> rows to the trail.</summary>
    public static async Task Act(this RunningServer server, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await server.Conceal("value");
            server.Clock.Advance(TimeSpan.FromMilliseconds(7));
        }
    }
}
