using System.Security.Cryptography;
using FsCheck.Xunit;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Accounts;

namespace OneTimeSecret.Tests.Audit;

/// <summary>
/// Whatever somebody does to the rows of the trail who can write the database and has not the key: it is found, and the row that is named
/// is the first that is not as it was written.
/// </summary>
public sealed class TamperedTrailTests(TamperedTrailTests.Trail trail) : IClassFixture<TamperedTrailTests.Trail>
{
    /// <summary>Each four bytes say what is done, to which row, with which other row, and how.</summary>
    [Property(MaxTest = 300)]
    public async Task Any_edits_are_found_at_the_first_row_that_they_touch(byte[] edits)
    {
        var rows = trail.Written.ToList();
        foreach (var edit in edits.Chunk(4).Where(edit => edit.Length == 4).Take(3))
            Edit(rows, edit[0] % 8, edit[1], edit[2], edit[3]);
        await trail.Put(rows);
        Assert.Equal(Expected(rows), await trail.Server.Flaw());
    }

    /// <summary>Every bit of every column of one row, which is more than chance would come by.</summary>
    [Fact]
    public async Task Every_bit_of_a_row_counts()
    {
        for (var at = 0; at < 3; at++)
            for (var bit = 0; bit < 256; bit += 5)
            {
                var rows = trail.Written.ToList();
                Flip(rows, at, bit, bit);
                await trail.Put(rows);
                Assert.Equal((AuditFlaw.Changed, at + 1), await trail.Server.Flaw());
            }
    }

    /// <summary>By comparing with what was written, which whoever verifies has not got.</summary>
    private (AuditFlaw?, long?) Expected(List<AuditEvent> rows)
    {
        for (var i = 0; i < Trail.Length; i++)
        {
            if (i >= rows.Count)
                return (AuditFlaw.Cut, i + 1);
            if (rows[i].Sequence != i + 1)
                return (AuditFlaw.Missing, i + 1);
            if (!string.Equals(Text(rows[i]), Text(trail.Written[i]), StringComparison.Ordinal))
                return (AuditFlaw.Changed, i + 1);
        }
        return rows.Count > Trail.Length ? (AuditFlaw.Changed, Trail.Length + 1) : (null, null);
    }

    private static void Edit(List<AuditEvent> rows, int what, byte at, byte other, byte how)
    {
        if (rows.Count == 0)
            return;
        var (i, j) = (at % rows.Count, other % rows.Count);
        switch (what)
        {
            case 0 or 1:
                Flip(rows, i, other, how);
                break;
            case 2: // leaves a gap
                rows.RemoveAt(i);
                break;
            case 3: // closes it up
                rows.RemoveAt(i);
                for (var k = i; k < rows.Count; k++)
                    rows[k] = Copy(rows[k], sequence: rows[k].Sequence - 1);
                break;
            case 4: // makes room for a copy of another row
                var copy = Copy(rows[j], sequence: rows[i].Sequence);
                for (var k = i; k < rows.Count; k++)
                    rows[k] = Copy(rows[k], sequence: rows[k].Sequence + 1);
                rows.Insert(i, copy);
                break;
            case 5:
                (rows[i], rows[j]) = (Copy(rows[j], sequence: rows[i].Sequence), Copy(rows[i], sequence: rows[j].Sequence));
                break;
            case 6:
                rows.RemoveRange(i, rows.Count - i);
                break;
            default: // computes the chain anew from there on, without the key
                for (var k = i; k < rows.Count; k++)
                    rows[k] = Copy(rows[k], mac: SHA256.HashData([.. k == 0 ? [] : rows[k - 1].Mac, how, (byte)rows[k].Kind]));
                break;
        }
    }

    private static void Flip(List<AuditEvent> rows, int at, int column, int bit)
    {
        var row = rows[at];
        rows[at] = (column % 9) switch
        {
            0 => Copy(row, time: row.Time.AddMilliseconds(1L << (bit % 32))),
            1 => Copy(row, kind: (AuditKind)((int)row.Kind ^ (1 << (bit % 31)))),
            2 => Copy(row, actor: (AuditActor)((int)row.Actor ^ (1 << (bit % 31)))),
            3 => Copy(row, result: (AuditResult)((int)row.Result ^ (1 << (bit % 31)))),
            4 => Copy(row, count: row.Count ^ (1 << (bit % 31))),
            5 => Copy(row, client: row.Client is null ? "" : row.Client + (char)('a' + (bit % 26))),
            6 => Copy(row, subject: row.Subject is { Length: > 0 } subject ? subject[1..] : "x"),
            7 => Copy(row, account: row.AccountId is { } id ? Other(id, bit) : Guid.Empty),
            _ => Copy(row, mac: [.. row.Mac.Select((value, i) => i == bit / 8 % 32 ? (byte)(value ^ (1 << (bit % 8))) : value)]),
        };
    }

    private static Guid Other(Guid id, int bit)
    {
        var bytes = id.ToByteArray();
        bytes[bit / 8 % 16] ^= (byte)(1 << (bit % 8));
        return new Guid(bytes);
    }

    private static AuditEvent Copy(
        AuditEvent row, long? sequence = null, DateTimeOffset? time = null, AuditKind? kind = null, AuditActor? actor = null,
        Guid? account = null, string? client = null, string? subject = null, AuditResult? result = null, int? count = null,
        byte[]? mac = null) => new()
        {
            Sequence = sequence ?? row.Sequence, Time = time ?? row.Time, Kind = kind ?? row.Kind, Actor = actor ?? row.Actor,
            AccountId = account ?? row.AccountId, Client = client ?? row.Client, Subject = subject ?? row.Subject, Detail = row.Detail,
            Result = result ?? row.Result, Count = count ?? row.Count, Mac = mac ?? row.Mac,
        };

    private static string Text(AuditEvent row) =>
        $"{row.Time.ToUnixTimeMilliseconds()} {(int)row.Kind} {(int)row.Actor} {row.AccountId} {row.Client ?? "-"} {row.Subject ?? "-"} "
        + $"{row.Detail ?? "-"} {(int)row.Result} {row.Count} {Convert.ToHexStringLower(row.Mac)}";

    /// <summary>A trail with rows of several sorts, and its head; put back before each case.</summary>
    public sealed class Trail : IAsyncLifetime
    {
        internal const int Length = 24;

        internal RunningServer Server { get; private set; } = null!;

        internal IReadOnlyList<AuditEvent> Written { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            Server = await RunningServer.Start();
            var account = await Server.SignedIn(People.Email); // two rows
            for (var i = 2; i < Length; i++)
            {
                await Server.Conceal("value", account: i % 3 == 0 ? account : null);
                Server.Clock.Advance(TimeSpan.FromMilliseconds(7));
            }
            Written = await Server.Trail();
            Assert.Equal(Length, Written.Count);
            Assert.True(await Server.WriteHead());
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();

        internal Task Put(List<AuditEvent> rows) => Server.Tamper(async db =>
        {
            await db.AuditEvents.ExecuteDeleteAsync();
            db.AddRange(rows.Select(row => Copy(row)));
            await db.SaveChangesAsync();
        });
    }
}
