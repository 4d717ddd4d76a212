using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Oversight;

/// <summary>
/// Exports the whole audit trail as lines of JSON, oldest first, with the MACs. Reads in short batches and keeps one batch in memory,
/// however slow the receiver is. The trail records the export.
/// </summary>
public sealed class ExportAudit(IDbContextFactory<OtsDbContext> contexts, AdminAct act)
{
    private const int BatchSize = 1000;

    /// <summary>Records that <paramref name="admin"/> exports the trail.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was recorded.</exception>
    public Task<AdminOutcome> Begin(Caller admin, CancellationToken cancellation) => act.Run(
        admin, AuditKind.AuditExported, "audit", null, _ => Task.FromResult(AdminOutcome.Done), cancellation);

    /// <summary>
    /// Writes all rows that exist at the beginning of the call, one UTF-8 line each. The line of a row that cannot be read contains only
    /// its sequence and <c>"unreadable":true</c>.
    /// </summary>
    public async Task Write(Stream to, CancellationToken cancellation)
    {
        var (sequence, last) = (0L, await Last(cancellation));
        while (await Read(sequence, last, cancellation) is { Count: > 0 } batch)
        {
            using var lines = new MemoryStream();
            foreach (var (number, row) in batch)
                Line(lines, number, row);
            await to.WriteAsync(lines.GetBuffer().AsMemory(0, (int)lines.Length), cancellation);
            sequence = batch[^1].Sequence;
        }
    }

    private async Task<long> Last(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return (await AuditChain.End(db)).Sequence;
    }

    private async Task<List<(long Sequence, AuditEvent? Row)>> Read(long after, long last, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await AuditRows.Read(db, after, last, BatchSize, cancellation);
    }

    private static void Line(MemoryStream to, long sequence, AuditEvent? row)
    {
        using (var json = new Utf8JsonWriter(to))
        {
            json.WriteStartObject();
            json.WriteNumber("sequence", sequence);
            if (row is null)
                json.WriteBoolean("unreadable", true);
            else
                Write(json, row);
            json.WriteEndObject();
        }
        to.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter json, AuditEvent row)
    {
        json.WriteString("time", row.Time);
        json.WriteString("kind", row.Kind.ToString());
        json.WriteString("actor", row.Actor.ToString());
        json.WriteString("account", row.AccountId?.ToString());
        json.WriteString("client", row.Client);
        json.WriteString("subject", row.Subject);
        json.WriteString("detail", row.Detail);
        json.WriteString("result", row.Result.ToString());
        json.WriteNumber("count", row.Count);
        json.WriteString("mac", Convert.ToHexStringLower(row.Mac));
    }
}
