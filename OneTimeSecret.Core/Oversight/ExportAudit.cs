using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Oversight;

/// <summary>
/// Writes the whole audit trail as lines of JSON, oldest first, with the macs. Reads in short batches and holds one at a time, however slow
/// the reader is; that it was read out stands in it.
/// </summary>
public sealed class ExportAudit(IDbContextFactory<OtsDbContext> contexts, AdminAct act)
{
    private const int BatchSize = 1000;

    /// <summary>Notes that <paramref name="admin"/> reads the trail out.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting.</exception>
    public Task<AdminOutcome> Begin(Caller admin, CancellationToken cancellation) => act.Run(
        admin, AuditKind.AuditExported, "audit", null, _ => Task.FromResult(AdminOutcome.Done), cancellation);

    /// <summary>
    /// Writes all rows that there are when it begins, one line each, UTF-8. Of one that cannot be read there is the sequence, and that it
    /// cannot.
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
