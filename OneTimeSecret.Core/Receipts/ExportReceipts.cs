using System.Buffers;
using System.Globalization;
using CsvHelper;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Receipts;

/// <summary>Writes an account's receipts as CSV for spreadsheets (RFC 4180): UTF-8 without a byte order mark, newest first.</summary>
public sealed class ExportReceipts(OwnReceipts receipts)
{
    private static readonly string[] Columns =
        ["id", "state", "created", "updated", "secret_expires", "receipt_expires", "ttl", "passphrase", "recipients"];

    // Spreadsheets may run a cell that begins with one of these as a formula. An apostrophe in front makes it text.
    private static readonly CsvWriterOptions Form = new() { Injection = CsvInjection.Escape, InjectionCharacters = "=+-@\t\r\n" };

    // Some spreadsheets treat these full-width characters like their ASCII forms.
    private static readonly SearchValues<char> FullWidthFormulas = SearchValues.Create("＝＋－＠");

    /// <summary>
    /// Writes a line of column names and one line for each receipt of <paramref name="account"/>. Times are ISO 8601 in UTC, to the
    /// second. The ttl is in seconds. Recipients are obfuscated and separated by spaces. The table contains short ids but no keys.
    /// </summary>
    /// <param name="account">The owner of the receipts.</param>
    /// <param name="to">Receives the bytes as they are read, some hundred receipts at a time. It may be slow, and is left open.</param>
    /// <param name="cancellation">Aborts the export.</param>
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
            // Separated by spaces, because some spreadsheets split a cell at a comma or semicolon.
            string.Join(' ', stored.Recipients),
        ];
    }

    private static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
