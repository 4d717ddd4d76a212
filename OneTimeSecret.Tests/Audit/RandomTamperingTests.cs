using System.Globalization;
using Microsoft.Data.Sqlite;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Accounts;

namespace OneTimeSecret.Tests.Audit;

/// <summary>Every kind of tampering is found, and the first wrong row is named.</summary>
public sealed class RandomTamperingTests : IAsyncLifetime
{
    private const int Rows = 40;
    private const string Columns = "AccountId, Actor, Client, Count, Detail, Kind, Mac, Result, Subject, Time";

    private RunningServer _server = null!;
    private SqliteConnection _database = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start();
        var owner = await _server.SignedIn(People.Email); // two rows
        for (var i = 2; i < Rows; i++)
            await _server.Conceal("value", account: i % 3 == 0 ? null : owner);
        Assert.True(await _server.WriteHead());
        _database = new SqliteConnection($"Data Source={Path.Combine(_server.Folder, "onetimesecret.db")};Pooling=False");
        await _database.OpenAsync();
        await Execute("CREATE TEMP TABLE Kept AS SELECT * FROM AuditEvents");
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Each_of_250_random_tamperings_is_found_and_the_first_wrong_row_is_named()
    {
        var dice = new Dice(20261125);
        for (var i = 0; i < 250; i++)
        {
            var (what, flaw, at) = await Tamper(dice, i % 5);
            var found = await _server.Flaw();
            Assert.True((flaw, at) == found, $"{i}: {what} gave {found}, not {(flaw, at)}");
            await Execute("BEGIN; DELETE FROM AuditEvents; INSERT INTO AuditEvents SELECT * FROM Kept; COMMIT");
        }
        Assert.Equal((null, null), await _server.Flaw());
    }

    [Theory]
    [InlineData("AccountId", "'nobody'"), InlineData("AccountId", "x'00'"), InlineData("AccountId", "42")]
    [InlineData("Time", "9223372036854775807"), InlineData("Time", "-9223372036854775808"), InlineData("Time", "'soon'")]
    [InlineData("Count", "Count + 4294967296"), InlineData("Kind", "Kind + 4294967296")]
    [InlineData("Mac", "x''"), InlineData("Mac", "'text'"), InlineData("Subject", "x'ff'"), InlineData("Client", "7")]
    public async Task Value_that_the_program_never_writes_is_found_as_a_change(string column, string value)
    {
        await Execute($"UPDATE AuditEvents SET {column} = {value} WHERE Sequence = 17");
        Assert.Equal((AuditFlaw.Changed, 17), await _server.Flaw());
    }

    [Theory]
    [InlineData("Result", "'x'"), InlineData("Kind", "Kind || 'x'"), InlineData("Time", "Time + 0.25")]
    [InlineData("Count", "CAST('1' AS BLOB)")]
    [InlineData("Actor", "Actor || '!'"), InlineData("Mac", "CAST(Mac AS TEXT)"), InlineData("Subject", "CAST(Subject AS BLOB)")]
    [InlineData("AccountId", "lower(AccountId)"), InlineData("AccountId", "'{' || AccountId || '}'")]
    [InlineData("AccountId", "replace(AccountId, '-', '') || '    '"), InlineData("AccountId", "'+' || substr(AccountId, 2)")]
    public async Task Value_that_reads_the_same_but_is_stored_differently_is_found_as_a_change(string column, string value)
    {
        await Execute($"UPDATE AuditEvents SET {column} = {value} WHERE Sequence = 17");
        Assert.Equal((AuditFlaw.Changed, 17), await _server.Flaw());
    }

    private async Task<(string What, AuditFlaw Flaw, long At)> Tamper(Dice dice, int how)
    {
        var (one, other) = (dice.Next(Rows) + 1, dice.Next(Rows - 1) + 1);
        if (other >= one)
            other++;
        switch (how)
        {
            case 0:
                var column = Columns.Split(", ")[dice.Next(10)];
                return ($"flip {column} of {one}: {await Flip(dice, column, one)}", AuditFlaw.Changed, one);
            case 1:
                await Execute($"DELETE FROM AuditEvents WHERE Sequence = {one}");
                return ($"delete {one}", one == Rows ? AuditFlaw.Cut : AuditFlaw.Missing, one);
            case 2:
                await Execute(
                    $"UPDATE AuditEvents SET Sequence = -1 WHERE Sequence = {one};" +
                    $"UPDATE AuditEvents SET Sequence = {one} WHERE Sequence = {other};" +
                    $"UPDATE AuditEvents SET Sequence = {other} WHERE Sequence = -1");
                return ($"swap {one} and {other}", AuditFlaw.Changed, Math.Min(one, other));
            case 3:
                var place = dice.Next(Rows + 1) + 1;
                await Execute(
                    $"UPDATE AuditEvents SET Sequence = -Sequence - 1 WHERE Sequence >= {place};" +
                    "UPDATE AuditEvents SET Sequence = -Sequence WHERE Sequence < 0;" +
                    $"INSERT INTO AuditEvents (Sequence, {Columns}) SELECT {place}, {Columns} FROM Kept WHERE Sequence = {one}");
                // The copy of a row in its own place is still right. The next row is the first wrong one.
                return ($"copy {one} to {place}", AuditFlaw.Changed, one == place ? place + 1 : place);
            default:
                await Execute($"DELETE FROM AuditEvents WHERE Sequence >= {one}");
                return ($"cut from {one}", AuditFlaw.Cut, one);
        }
    }

    /// <summary>Flips one bit of a value as it is stored. Null becomes a text.</summary>
    private async Task<string> Flip(Dice dice, string column, int at)
    {
        await using var read = _database.CreateCommand();
        read.CommandText = $"SELECT {column} FROM AuditEvents WHERE Sequence = {at}";
        var before = await read.ExecuteScalarAsync();
        object after = before switch
        {
            long number => number ^ (1L << dice.Next(63)),
            string { Length: > 0 } text => Flip(dice, text),
            byte[] bytes => Flip(dice, bytes),
            _ => "x",
        };
        await using var write = _database.CreateCommand();
        write.CommandText = $"UPDATE AuditEvents SET {column} = $value WHERE Sequence = {at}";
        write.Parameters.AddWithValue("$value", after);
        Assert.Equal(1, await write.ExecuteNonQueryAsync());
        return string.Create(CultureInfo.InvariantCulture, $"{before} to {after}");
    }

    private static string Flip(Dice dice, string text)
    {
        var characters = text.ToCharArray();
        characters[dice.Next(text.Length)] ^= (char)(1 << dice.Next(6)); // stays ASCII
        return new string(characters);
    }

    private static byte[] Flip(Dice dice, byte[] bytes)
    {
        byte[] other = [.. bytes];
        other[dice.Next(other.Length)] ^= (byte)(1 << dice.Next(8));
        return other;
    }

    private async Task Execute(string sql)
    {
        await using var command = _database.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Pseudo-random numbers that are the same in every run.</summary>
    private sealed class Dice(uint seed)
    {
        private uint _state = seed;

        public int Next(int below) => (int)((_state = (_state * 1664525) + 1013904223) >> 8) % below;
    }
}
