using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Receipts;

public sealed class ExportReceiptsTests
{
    private const string Head = "id,state,created,updated,secret_expires,receipt_expires,ttl,passphrase,recipients\r\n";

    [Fact]
    public async Task Export_has_one_line_for_each_receipt_and_contains_no_key()
    {
        await using var server = await RunningServer.Start([.. Mails.Settings]);
        var owner = await server.SignedIn("owner@example.com");
        server.Clock.SetUtcNow(new DateTimeOffset(2100, 1, 2, 3, 4, 5, 999, TimeSpan.Zero));
        var (key, metadata) = await server.Conceal("value", "passphrase", ttl: 3600, account: owner);
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        var mailed = await server.Mail(owner, "=cmd@example.com", ttl: 60);
        await server.Conceal("of another", account: await server.SignedIn("other@example.com"));
        await server.TryReveal(key, "passphrase");
        server.Clock.Advance(TimeSpan.FromSeconds(90));

        var id = Convert.ToHexStringLower(metadata.Id);
        var mailedId = Convert.ToHexStringLower(MetadataKey.Parse(mailed.MetadataKey)!.Id);
        // The mailed secret expires at 03:06:05 and its receipt a minute later. The export runs in between.
        var expected = Head
            + $"{mailedId[..8]},expired,2100-01-02T03:05:05Z,2100-01-02T03:06:05Z,2100-01-02T03:06:05Z,2100-01-02T03:07:05Z,60,no,"
            + "\"'=c***@e***.com\"\r\n"
            + $"{id[..8]},received,2100-01-02T03:04:05Z,2100-01-02T03:05:05Z,2100-01-02T04:04:05Z,2100-01-02T05:04:05Z,3600,yes,\r\n";
        var exported = await Export(server, owner);
        Assert.Equal(expected, exported);
        foreach (var hidden in new[] { key.Text, metadata.Text, mailed.MetadataKey, mailed.SecretKey!, id, mailedId, "=cmd@example.com" })
            Assert.DoesNotContain(hidden, exported, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Export_without_receipts_is_only_the_header_line()
    {
        await using var server = await RunningServer.Start();
        Assert.Equal(Head, await Export(server, await server.SignedIn("owner@example.com")));
    }

    [Fact]
    public async Task Export_contains_every_receipt_once_newest_first()
    {
        await using var server = await RunningServer.Start();
        var owner = await server.SignedIn("owner@example.com");
        await server.Write(owner, server.Mixed(1203));
        var lines = (await Export(server, owner)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)[1..];
        var own = await server.Rows(owner);
        Assert.Equal(
            own.Select(row => Convert.ToHexStringLower(row.Id)[..8]).Order(StringComparer.Ordinal),
            lines.Select(line => line[..8]).Order(StringComparer.Ordinal));
        var created = lines.Select(line => line.Split(',')[2]).ToList();
        Assert.Equal([.. created.OrderDescending(StringComparer.Ordinal)], created);
    }

    /// <summary>For any content, no spreadsheet treats the cell as a formula, and a CSV reader gets the content back.</summary>
    [Property(MaxTest = 500)]
    public Property No_exported_cell_is_a_formula_and_every_cell_can_be_read_back() => Prop.ForAll(Rows().ToArbitrary(), rows =>
    {
        using var stream = new MemoryStream();
        ExportReceipts.Write(rows.ToAsyncEnumerable(), stream, CancellationToken.None).GetAwaiter().GetResult();
        var read = Read(stream.ToArray());
        Assert.Equal(rows.Length + 1, read.Count);
        for (var i = 0; i < rows.Length; i++)
            for (var j = 0; j < rows[i].Length; j++)
            {
                var cell = read[i + 1][j];
                Assert.False(cell.Length > 0 && "=+-@\t\r\n＝＋－＠".Contains(cell[0], StringComparison.Ordinal), cell);
                Assert.Equal(rows[i][j], cell.StartsWith('\'') && !rows[i][j].StartsWith('\'') ? cell[1..] : cell);
            }
    });

    private static Gen<string[][]> Rows()
    {
        var character = Gen.Elements("=+-@\t\r\n＝＋－＠'\",; aé|😀".EnumerateRunes().Select(rune => rune.ToString()).ToArray());
        var cell = Gen.ListOf(character).Select(string.Concat);
        return Gen.ArrayOf(Gen.ArrayOf(cell, 9));
    }

    /// <summary>Reads CSV with an independent reader of RFC 4180.</summary>
    private static List<List<string>> Read(byte[] csv)
    {
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(csv);
        var (records, cell, record) = (new List<List<string>>(), new StringBuilder(), new List<string>());
        for (int i = 0, quoted = 0; i < text.Length; i++)
        {
            if (quoted == 1 && text[i] != '"')
                cell.Append(text[i]);
            else if (quoted == 1 && i + 1 < text.Length && text[i + 1] == '"')
                cell.Append(text[i++]);
            else if (text[i] == '"')
                quoted = 1 - quoted;
            else if (text[i] is ',' or '\r')
            {
                record.Add(cell.ToString());
                cell.Clear();
            }
            else if (text[i] == '\n')
            {
                records.Add(record);
                record = [];
            }
            else
                cell.Append(text[i]);
        }
        Assert.Equal((0, 0), (cell.Length, record.Count));
        return records;
    }

    private static async Task<string> Export(RunningServer server, SignedIn owner)
    {
        using var stream = new MemoryStream();
        await server.Get<ExportReceipts>().Run(owner, stream, CancellationToken.None);
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(stream.ToArray());
    }
}
