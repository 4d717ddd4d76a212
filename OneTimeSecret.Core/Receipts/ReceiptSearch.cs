using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Receipts;

/// <summary>
/// A search for the whole address of the first recipient, of which only a keyed hash is stored, or for the beginning of a short id. Parts
/// of addresses cannot be found, because no readable address is stored.
/// </summary>
internal abstract record ReceiptSearch
{
    private const int ShortIdLength = 8;

    private ReceiptSearch() { }

    /// <summary>The search for <paramref name="text"/>; null if it can match nothing.</summary>
    public static ReceiptSearch? Parse(string? text, KeyRing ring)
    {
        text = text?.Trim() ?? "";
        if (text.Length == 0)
            return new Everything();
        return OfShortId(text) ?? (EmailAddress.ParseStored(text) is { } address ? new Recipient(address.Hash(ring)) : null);
    }

    /// <summary>The search for ids that begin with <paramref name="text"/>; null if no id can begin with it.</summary>
    public static ReceiptSearch? OfShortId(string text) =>
        text.Length is > 0 and <= ShortIdLength && text.All(char.IsAsciiHexDigit) ? IdsFrom(text) : null;

    /// <summary>The <paramref name="rows"/> that match and are in <paramref name="state"/>; null: in any state.</summary>
    public virtual IQueryable<StoredReceipt> Narrow(IQueryable<StoredReceipt> rows, ReceiptState? state) =>
        state is null ? rows : rows.Where(r => r.State == state);

    private static Ids IdsFrom(string prefix)
    {
        var first = Convert.FromHexString(prefix.PadRight(ShortIdLength, '0'));
        var last = Convert.FromHexString(prefix.PadRight(ShortIdLength, 'f'));
        return new Ids(first, [.. last, .. Enumerable.Repeat(byte.MaxValue, 32 - last.Length)]);
    }

    private sealed record Everything : ReceiptSearch;

    /// <summary>Ids from First to Last, both included. First may be a prefix, which sorts before all ids that begin with it.</summary>
    private sealed record Ids(byte[] First, byte[] Last) : ReceiptSearch
    {
        public override IQueryable<StoredReceipt> Narrow(IQueryable<StoredReceipt> rows, ReceiptState? state) =>
            base.Narrow(rows, state).Where(r => !OtsDbContext.IsBefore(r.Id, First) && !OtsDbContext.IsBefore(Last, r.Id));
    }

    private sealed record Recipient(byte[] Hash) : ReceiptSearch
    {
        public override IQueryable<StoredReceipt> Narrow(IQueryable<StoredReceipt> rows, ReceiptState? state)
        {
            var theirs = rows.Where(r => r.RecipientHash == Hash);
            if (state is not { } wanted)
                return theirs;
            // `+ 0` keeps the database from using an index on State: one recipient has fewer rows than one state.
            var number = (int)wanted;
            return theirs.Where(r => (int)r.State + 0 == number);
        }
    }
}
