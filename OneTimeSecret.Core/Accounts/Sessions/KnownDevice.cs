using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Accounts.Sessions;

/// <summary>A browser that has signed in to an account before. The browser's own cookie holds this record.</summary>
/// <param name="Id">A random id of the browser for this account.</param>
/// <param name="Mark">A keyed hash of the account's security stamp at that sign-in. A new password makes the browser unknown.</param>
public sealed record KnownDevice(Guid AccountId, string Id, string Mark)
{
    /// <summary>Computes the mark from the account's security stamp: 16 hexadecimal characters.</summary>
    internal static string MarkOf(KeyRing ring, Guid accountId, string stamp) => Convert.ToHexString(
        ring.Hash("device", accountId.ToByteArray(bigEndian: true), System.Text.Encoding.UTF8.GetBytes(stamp)).AsSpan(0, 8));

    /// <summary>Finds the device that is valid for an account with this security stamp. Null: there is none.</summary>
    internal static KnownDevice? Of(IEnumerable<KnownDevice> devices, KeyRing ring, Guid accountId, string stamp) =>
        devices.FirstOrDefault(device => device.AccountId == accountId
            && string.Equals(device.Mark, MarkOf(ring, accountId, stamp), StringComparison.Ordinal));
}
