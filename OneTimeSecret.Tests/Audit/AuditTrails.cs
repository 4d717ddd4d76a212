using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Audit;

/// <summary>The audit trail of a running server, for looking into it, verifying it and tampering with it.</summary>
internal static class AuditTrails
{
    public static async Task<List<AuditEvent>> Trail(this RunningServer server)
    {
        await using var db = server.Database();
        return await db.AuditEvents.AsNoTracking().OrderBy(row => row.Sequence).ToListAsync();
    }

    public static Task<AuditReport> VerifyAudit(this RunningServer server, string? head = null) =>
        server.Get<VerifyAudit>().Run(head, _ => { }, CancellationToken.None);

    /// <summary>What is wrong with the trail, and where.</summary>
    public static async Task<(AuditFlaw? Flaw, long? At)> Flaw(this RunningServer server)
    {
        var report = await server.VerifyAudit();
        return (report.Flaw, report.At);
    }

    /// <summary>Writes the head as the server does every minute.</summary>
    public static Task<bool> WriteHead(this RunningServer server) => server.Get<WriteAuditHead>().Run(CancellationToken.None);

    /// <summary>Changes the database behind the program's back.</summary>
    public static async Task Tamper(this RunningServer server, Func<OtsDbContext, Task> change)
    {
        await using var db = server.Database();
        await change(db);
    }

    /// <summary>Puts something into the trail, so that it has a length.</summary>
    public static async Task Act(this RunningServer server, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await server.Conceal("value");
            server.Clock.Advance(TimeSpan.FromMilliseconds(7));
        }
    }
}
