using System.Buffers;
using System.Globalization;
using CsvHelper;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Receipts;

/// <summary>Writes an account's receipts as a table for spreadsheets: CSV by RFC 4180, in UTF-8 without a mark, newest first.</summary>
public sealed class ExportReceipts(OwnReceipts receipts)
{
    private static readonly string[] Columns =
        ["id", "state", "created", "updated", "secret_expires", "receipt_expires", "ttl", "passphrase", "recipients"];

    // A cell that begins so is a formula to some spreadsheet. An apostrophe before it makes it text.
    private static readonly CsvWriterOptions Form = new() { Injection = CsvInjection.Escape, InjectionCharacters = "=+-@\t\r\n" };

    // The same to those that read full-width characters as their plain forms.
    private static readonly SearchValues<char> FullWidthFormulas = SearchValues.Create("＝＋－＠");

    /// <summary>
    /// Writes a line of column names and one for each receipt of <paramref name="account"/>. Times are ISO 8601 in UTC, to the second; ttl
    /// is in seconds; recipients are obfuscated, with blanks between. No key of any kind is in it, only the short id.
    /// </summary>
    /// <param name="account">Whose receipts.</param>
    /// <param name="to">Takes the bytes as they are read, some hundred receipts at a time; left open. May be slow.</param>
    /// <param name="cancellation">Ends the export in the middle.</param>
    public async Task Run(SignedIn account, Stream to, CancellationToken cancellation)
    {
        await Write(receipts.All(account.Id, cancellation).Select(Cells), to, cancellation);
    }

    /// <summary>Writes the column names and <paramref name="rows"/>.</summary>
    internal static async Task Write(IAsyncEnumerable<string[]> rows, Stream to, CancellationToken cancellation)
    {
        await using var csv = CsvWriter.Create(to, Form, leaveOpen: true);
        await csv.WriteRecordAsync(Columns, cancellation);
        await foreach (var cells in rows.WithCancellation(cancellation))
            await csv.WriteRecordAsync([.. cells.Select(AsText)], cancellation);
        await csv.FlushAsync(cancellation);
    }

    private static string AsText(string cell) => cell.Length > 0 && FullWidthFormulas.Contains(cell[0]) ? "'" + cell : cell;

    private static string[] Cells(OwnReceipt row)
    {
        var (stored, state) = (row.Stored, row.State);
        return
        [
            StoredReceipt.ShortId(stored.Id),
            state.Name(),
            Iso(stored.Created),
            Iso(state == ReceiptState.Expired ? stored.SecretExpires : stored.Updated),
            Iso(stored.SecretExpires),
            Iso(stored.Expires),
            stored.Ttl.ToString(CultureInfo.InvariantCulture),
            stored.HasPassphrase ? "yes" : "no",
            // Neither a comma nor a semicolon, at which some spreadsheets would cut the cell in two.
            string.Join(' ', stored.Recipients),
        ];
    }

    private static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
