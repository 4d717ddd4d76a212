using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Tests.Audit;

/// <summary>Somebody who can write the database but does not have the key ring cannot change the trail unnoticed.</summary>
public sealed class VerifyAuditTests : IAsyncLifetime
{
    private const int Rows = 12;

    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start();
        await _server.Act(Rows);
        Assert.True(await _server.WriteHead());
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Untouched_trail_is_valid()
    {
        var report = await _server.VerifyAudit();
        Assert.Equal((null, null, Rows), (report.Flaw, report.At, report.Verified));
        Assert.Equal(Rows, report.Head!.Sequence);
    }

    [Theory, InlineData(1), InlineData(5), InlineData(Rows)]
    public async Task A_change_of_any_column_is_found_and_named(long at)
    {
        foreach (var column in (string[])["Time", "Kind", "Actor", "Result", "Count", "Client", "Subject", "Detail", "AccountId", "Mac"])
        {
            var before = (await _server.Trail())[(int)at - 1];
            await Write($"UPDATE AuditEvents SET \"{column}\" = {Other(column)} WHERE Sequence = {at}");
            Assert.Equal((AuditFlaw.Changed, at), await _server.Flaw());
            await Restore(before);
            Assert.Equal((null, null), await _server.Flaw());
        }
    }

    [Theory]
    [InlineData("CREATE TRIGGER Hide BEFORE INSERT ON AuditEvents WHEN new.Kind = 1 BEGIN SELECT RAISE(IGNORE); END", "trigger Hide")]
    [InlineData(
        "CREATE TRIGGER Hide AFTER INSERT ON AuditEvents BEGIN DELETE FROM AuditEvents WHERE Sequence = new.Sequence; END", "trigger Hide")]
    [InlineData("CREATE VIEW Other AS SELECT * FROM AuditEvents", "view Other")]
    [InlineData("CREATE INDEX Other ON AuditEvents (Mac)", "index Other")]
    [InlineData("DROP INDEX IX_AuditEvents_Time", "index IX_AuditEvents_Time")]
    public async Task Triggers_views_and_changed_indexes_on_the_audit_trail_are_reported_and_hide_no_rows(string tampering, string named)
    {
        await Write(tampering);
        await _server.Act(3);
        Assert.Equal(Rows + 3, (await _server.Trail()).Count);
        var report = await _server.VerifyAudit();
        Assert.Equal((AuditFlaw.Tampered, named), (report.Flaw, report.Tampering));
    }

    [Fact]
    public async Task An_index_that_lacks_rows_is_found()
    {
        const string Name = "IX_AuditEvents_Kind_Sequence";
        await Write(
            $"""
            CREATE TEMP TABLE Kept AS SELECT sql FROM sqlite_master WHERE name = '{Name}';
            DROP INDEX {Name}; CREATE INDEX {Name} ON AuditEvents (Kind, Sequence) WHERE Sequence <> 5;
            PRAGMA writable_schema = ON;
            UPDATE sqlite_master SET sql = (SELECT sql FROM Kept) WHERE name = '{Name}';
            PRAGMA writable_schema = RESET
            """);
        var report = await _server.VerifyAudit();
        Assert.Equal(AuditFlaw.Tampered, report.Flaw);
        Assert.EndsWith($"index {Name}", report.Tampering, StringComparison.Ordinal);
    }

    [Theory, InlineData(1), InlineData(5), InlineData(Rows - 1)]
    public async Task A_deleted_row_is_found_and_named(long at)
    {
        await Write($"DELETE FROM AuditEvents WHERE Sequence = {at}");
        Assert.Equal((AuditFlaw.Missing, at), await _server.Flaw());
    }

    [Theory, InlineData(1), InlineData(5), InlineData(Rows - 1)]
    public async Task Deleted_row_is_found_and_named_even_if_later_rows_are_renumbered(long at)
    {
        await Write($"DELETE FROM AuditEvents WHERE Sequence = {at}");
        await Write($"UPDATE AuditEvents SET Sequence = -(Sequence - 1) WHERE Sequence > {at}");
        await Write("UPDATE AuditEvents SET Sequence = -Sequence WHERE Sequence < 0");
        Assert.Equal((AuditFlaw.Changed, at), await _server.Flaw());
    }

    [Theory, InlineData(1), InlineData(5), InlineData(Rows)]
    public async Task An_inserted_row_is_found_and_named(long at)
    {
        await Write($"UPDATE AuditEvents SET Sequence = -(Sequence + 1) WHERE Sequence >= {at}");
        await Write("UPDATE AuditEvents SET Sequence = -Sequence WHERE Sequence < 0");
        const string Columns = "AccountId, Actor, Client, Count, Detail, Kind, Mac, Result, Subject, Time";
        await Write($"INSERT INTO AuditEvents (Sequence, {Columns}) SELECT {at}, {Columns} FROM AuditEvents WHERE Sequence = {at + 1}");
        var flaw = await _server.Flaw();
        // The copy of a row in its own place is still right. The next row is the first wrong one.
        Assert.Contains(flaw, ((AuditFlaw?, long?)[])[(AuditFlaw.Changed, at), (AuditFlaw.Changed, at + 1)]);
    }

    [Theory, InlineData(1, 2), InlineData(4, 9), InlineData(11, 12)]
    public async Task Two_rows_that_changed_places_are_found_and_named(long one, long other)
    {
        await Write($"UPDATE AuditEvents SET Sequence = -1 WHERE Sequence = {one}");
        await Write($"UPDATE AuditEvents SET Sequence = {one} WHERE Sequence = {other}");
        await Write($"UPDATE AuditEvents SET Sequence = {other} WHERE Sequence = -1");
        Assert.Equal((AuditFlaw.Changed, one), await _server.Flaw());
    }

    [Theory, InlineData(1), InlineData(5), InlineData(Rows)]
    public async Task A_tail_that_was_cut_off_is_found_and_named(long from)
    {
        await Write($"DELETE FROM AuditEvents WHERE Sequence >= {from}");
        Assert.Equal((AuditFlaw.Cut, from), await _server.Flaw());
        Assert.False(await _server.WriteHead()); // a new head would overwrite the evidence
        Assert.Equal((AuditFlaw.Cut, from), await _server.Flaw());
    }

    [Fact]
    public async Task Cut_tail_is_found_even_after_new_rows_were_added()
    {
        await Write("DELETE FROM AuditEvents WHERE Sequence > 8");
        await _server.Act(Rows);
        Assert.False(await _server.WriteHead());
        Assert.Equal((AuditFlaw.Rewritten, Rows), await _server.Flaw());
    }

    [Fact]
    public async Task Chain_recomputed_without_the_key_is_found_at_its_first_row()
    {
        var before = new byte[32];
        foreach (var row in await _server.Trail())
        {
            before = SHA256.HashData([.. before, (byte)row.Sequence, (byte)row.Kind]);
            await Write($"UPDATE AuditEvents SET Mac = x'{Convert.ToHexString(before)}' WHERE Sequence = {row.Sequence}");
        }
        Assert.Equal((AuditFlaw.Changed, 1), await _server.Flaw());
    }

    [Fact]
    public async Task Chain_rewritten_with_the_key_is_found_by_the_head()
    {
        var chain = _server.Get<AuditChain>();
        await Write("DELETE FROM AuditEvents");
        var acts = Enumerable.Repeat(Core.Audit.Act.OfServer(AuditKind.SecretCreated), Rows + 3);
        await _server.Tamper(async db =>
        {
            db.AddRange(chain.Next(AuditChain.Begin(null), acts, _server.Clock.GetUtcNow()));
            await db.SaveChangesAsync();
        });
        Assert.Equal((AuditFlaw.Rewritten, Rows), await _server.Flaw());
    }

    [Fact]
    public async Task Older_copy_of_the_database_is_found_by_the_head()
    {
        var folder = _server.Folder;
        await Copy(Path.Combine(folder, "onetimesecret.db"), Path.Combine(folder, "yesterday.db"));
        await _server.Act(3);
        Assert.True(await _server.WriteHead());
        await Copy(Path.Combine(folder, "yesterday.db"), Path.Combine(folder, "onetimesecret.db"));
        Assert.Equal((AuditFlaw.Cut, Rows + 1), await _server.Flaw());
    }

    [Fact]
    public async Task Verification_without_a_head_reports_that_the_end_is_not_proved()
    {
        File.Delete(Path.Combine(_server.Folder, "audit-head"));
        Assert.Equal((AuditFlaw.NoHead, null), await _server.Flaw());
    }

    [Fact]
    public async Task Log_file_can_serve_as_heads_and_every_head_in_it_is_checked()
    {
        var head = await File.ReadAllTextAsync(Path.Combine(_server.Folder, "audit-head"));
        var log = Path.Combine(_server.Folder, "log");
        var forged = head.Replace("mac=", "mac=" + new string('0', 8), StringComparison.Ordinal)
            .Replace($"sequence={Rows}", "sequence=3", StringComparison.Ordinal);
        forged = forged.Remove(forged.IndexOf(" time=", StringComparison.Ordinal) - 8, 8);
        await File.WriteAllTextAsync(log, "info: something\n      " + head + "      more\n");
        Assert.Null((await _server.VerifyAudit(log)).Flaw);
        await File.AppendAllTextAsync(log, forged);
        Assert.Equal((AuditFlaw.Rewritten, 3), ((await _server.VerifyAudit(log)).Flaw, (await _server.VerifyAudit(log)).At));
        await File.WriteAllTextAsync(log, "nothing");
        await Assert.ThrowsAsync<InvalidDataException>(() => _server.VerifyAudit(log));
    }

    private static string Other(string column) => column switch
    {
        "Client" or "Subject" or "Detail" => $"coalesce(\"{column}\", '') || 'x'",
        "AccountId" => "'01234567-89AB-CDEF-0123-456789ABCDEF'",
        "Mac" => "zeroblob(32)",
        _ => $"\"{column}\" + 1",
    };

    private Task Restore(AuditEvent row) => _server.Tamper(async db =>
    {
        db.Update(row);
        await db.SaveChangesAsync();
    });

    private Task Write(string sql) => _server.Tamper(db => db.Database.ExecuteSqlRawAsync(sql));

    private static async Task Copy(string from, string to)
    {
        await using var source = new SqliteConnection($"Data Source={from};Pooling=False");
        await using var target = new SqliteConnection($"Data Source={to};Pooling=False");
        await source.OpenAsync();
        await target.OpenAsync();
        source.BackupDatabase(target);
    }
}
