using System.Text;
using Microsoft.Data.Sqlite;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Tests;

/// <summary>The bytes of every file in a data folder, as somebody who takes the disk finds them.</summary>
internal sealed class RawFiles
{
    private readonly List<(string Name, byte[] Bytes)> _files = [];

    public static RawFiles In(string folder)
    {
        for (; ; )
        {
            try
            {
                return Read(folder);
            }
            catch (FileNotFoundException)
            {
                // SQLite deletes the log with its last connection, and any server that stops closes the idle connections of all servers.
                // The content of the log is then in the database, which may have been read before. So all files are read again.
            }
        }
    }

    public bool Hold(ReadOnlySpan<byte> bytes)
    {
        foreach (var (_, content) in _files)
            if (content.AsSpan().IndexOf(bytes) >= 0)
                return true;
        return false;
    }

    /// <summary>The encodings in which a text is found: plain, UTF-16, hexadecimal, or base64 at each of its three offsets.</summary>
    public IEnumerable<string> FormsOf(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        (string Form, byte[] Bytes)[] forms =
        [
            ("as it is", bytes),
            ("UTF-16, little endian", Encoding.Unicode.GetBytes(text)),
            ("UTF-16, big endian", Encoding.BigEndianUnicode.GetBytes(text)),
            ("hexadecimal, lower case", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes))),
            ("hexadecimal, upper case", Encoding.ASCII.GetBytes(Convert.ToHexString(bytes))),
            .. Enumerable.Range(0, 3).Select(offset => ($"base64 at offset {offset}", Base64Within(bytes, offset))),
        ];
        return forms.Where(form => Hold(form.Bytes)).Select(form => form.Form);
    }

    /// <summary>The first bytes (mark and nonce, <see cref="Box"/>) of every box in the files, in hexadecimal.</summary>
    public HashSet<string> BoxNames()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, content) in _files)
        {
            var rest = content.AsSpan();
            for (int at; (at = rest.IndexOf(Box.Mark)) >= 0 && at + Box.NameLength <= rest.Length; rest = rest[(at + 1)..])
                names.Add(Convert.ToHexString(rest.Slice(at, Box.NameLength)));
        }
        return names;
    }

    /// <summary>The number of offsets whose next eight bytes are in <paramref name="pieces"/>.</summary>
    public int Count(HashSet<ulong> pieces)
    {
        var found = 0;
        foreach (var (_, content) in _files)
            for (var at = 0; at + sizeof(ulong) <= content.Length; at++)
                found += pieces.Contains(BitConverter.ToUInt64(content, at)) ? 1 : 0;
        return found;
    }

    /// <summary>Every value of every table as bytes, with its table and column.</summary>
    public static List<(string Place, byte[] Value)> Values(string folder)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "onetimesecret.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var values = new List<(string Place, byte[] Value)>();
        foreach (var table in Rows("SELECT name FROM sqlite_master WHERE type = 'table'").ConvertAll(row => (string)row[0].Value))
            foreach (var row in Rows($"SELECT * FROM \"{table}\""))
                values.AddRange(row.Where(cell => cell.Value is not DBNull).Select(cell => ($"{table}.{cell.Column}", Bytes(cell.Value))));
        return values;

        List<List<(string Column, object Value)>> Rows(string statement)
        {
            using var command = connection.CreateCommand();
            command.CommandText = statement;
            using var reader = command.ExecuteReader();
            var rows = new List<List<(string, object)>>();
            while (reader.Read())
                rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => (reader.GetName(i), reader.GetValue(i)))]);
            return rows;
        }
    }

    private static RawFiles Read(string folder)
    {
        var raw = new RawFiles();
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            file.CopyTo(copy);
            raw._files.Add((Path.GetFileName(path), copy.ToArray()));
        }
        return raw;
    }

    private static byte[] Bytes(object value) => value as byte[] ?? Encoding.UTF8.GetBytes(FormattableString.Invariant($"{value}"));

    /// <summary>The part of the base64 of <paramref name="bytes"/> that does not depend on the bytes around them.</summary>
    private static byte[] Base64Within(byte[] bytes, int offset)
    {
        var text = Convert.ToBase64String([.. new byte[offset], .. bytes]);
        return Encoding.ASCII.GetBytes(text[(offset == 0 ? 0 : offset + 1)..^4]);
    }
}
