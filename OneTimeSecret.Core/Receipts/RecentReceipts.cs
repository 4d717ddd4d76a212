using System.Runtime.CompilerServices;
using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Receipts;

/// <summary>Lists an account's receipts that still exist, newest first, without the keys of their secrets.</summary>
public sealed class RecentReceipts(OwnReceipts receipts)
{
    /// <summary>
    /// Streams the receipts of <paramref name="account"/> in short reads. Memory and time per receipt do not grow with their number.
    /// </summary>
    public async IAsyncEnumerable<Receipt> Run(SignedIn account, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in receipts.All(account.Id, cancellation))
            if (receipts.Open(row, account.Email) is { } receipt)
                yield return receipt;
    }
}
