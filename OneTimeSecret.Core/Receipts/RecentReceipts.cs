using System.Runtime.CompilerServices;
using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Receipts;

/// <summary>An account's receipts that still exist, newest first, without the keys of their secrets.</summary>
public sealed class RecentReceipts(OwnReceipts receipts)
{
    /// <summary>
    /// Streams the receipts of <paramref name="account"/> in short reads: their number costs neither memory nor, for each of them, time.
    /// </summary>
    public async IAsyncEnumerable<Receipt> Run(SignedIn account, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in receipts.All(account.Id, cancellation))
            if (receipts.Open(row, account.Email) is { } receipt)
                yield return receipt;
    }
}
