using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>Recovery codes as people keep them: ten characters that cannot be mistaken for each other, in two halves.</summary>
internal static class RecoveryCodes
{
    /// <summary>Codes that an account gets at a time.</summary>
    public const int Count = 10;

    /// <summary>Characters of a code: about 49 bits, with a daily budget for wrong ones.</summary>
    public const int Length = 10;

    private const string Alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

    /// <summary>A new code, such as <c>ABCDE-FGHJK</c>.</summary>
    public static string New()
    {
        var code = RandomNumberGenerator.GetString(Alphabet, Length);
        return $"{code[..(Length / 2)]}-{code[(Length / 2)..]}";
    }

    /// <summary>Gives an account new codes in the place of those it has; saved by the caller.</summary>
    public static async Task<IReadOnlyList<string>> Replace(OtsDbContext db, KeyRing ring, Guid accountId)
    {
        await db.RecoveryCodes.Where(c => c.AccountId == accountId).ExecuteDeleteAsync();
        var codes = Enumerable.Range(0, Count).Select(_ => New()).ToList();
        db.AddRange(codes.Select(code => new RecoveryCode { Hash = Hash(ring, accountId, Normalize(code)), AccountId = accountId }));
        return codes;
    }

    /// <summary>A code as it counts, whatever it was typed like.</summary>
    public static string Normalize(string typed) =>
        string.Concat(typed.Where(char.IsAsciiLetterOrDigit).Take(64)).ToUpperInvariant();

    /// <summary>The one form in which a code is stored; the account's id is in it, so that a moved row opens nothing.</summary>
    public static byte[] Hash(KeyRing ring, Guid accountId, string normalized) =>
        ring.Hash("recovery-code", accountId.ToByteArray(bigEndian: true), Encoding.ASCII.GetBytes(normalized));
}
