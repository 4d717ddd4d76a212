using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Accounts.Sessions;

/// <summary>A browser that has signed in to an account before, as its own cookie says.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Id">A random id of the browser at this account.</param>
/// <param name="Mark">What the account's password was then: with another one, the browser is as new as any.</param>
public sealed record KnownDevice(Guid AccountId, string Id, string Mark)
{
    /// <summary>The mark of an account's credentials, 16 hexadecimal characters.</summary>
    internal static string MarkOf(KeyRing ring, Guid accountId, string stamp) => Convert.ToHexString(
        ring.Hash("device", accountId.ToByteArray(bigEndian: true), System.Text.Encoding.UTF8.GetBytes(stamp)).AsSpan(0, 8));

    /// <summary>That of <paramref name="devices"/> which counts for an account; null: none does.</summary>
    internal static KnownDevice? Of(IEnumerable<KnownDevice> devices, KeyRing ring, Guid accountId, string stamp) =>
        devices.FirstOrDefault(device => device.AccountId == accountId
            && string.Equals(device.Mark, MarkOf(ring, accountId, stamp), StringComparison.Ordinal));
}
