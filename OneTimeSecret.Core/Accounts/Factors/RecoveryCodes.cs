using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>The form of recovery codes: ten characters in two halves, from an alphabet without characters that look alike.</summary>
internal static class RecoveryCodes
{
    /// <summary>How many codes an account gets at a time.</summary>
    public const int Count = 10;

    /// <summary>Characters of a code: about 49 bits. That is enough because <see cref="CheckCode"/> limits wrong codes per day.</summary>
    public const int Length = 10;

    private const string Alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

    /// <summary>A new code, such as <c>ABCDE-FGHJK</c>.</summary>
    public static string New()
    {
        var code = RandomNumberGenerator.GetString(Alphabet, Length);
        return $"{code[..(Length / 2)]}-{code[(Length / 2)..]}";
    }

    /// <summary>Replaces the codes of an account. The caller saves the changes.</summary>
    public static async Task<IReadOnlyList<string>> Replace(OtsDbContext db, KeyRing ring, Guid accountId)
    {
        await db.RecoveryCodes.Where(c => c.AccountId == accountId).ExecuteDeleteAsync();
        var codes = Enumerable.Range(0, Count).Select(_ => New()).ToList();
        db.AddRange(codes.Select(code => new RecoveryCode { Hash = Hash(ring, accountId, Normalize(code)), AccountId = accountId }));
        return codes;
    }

    /// <summary>The canonical form of a typed code: ASCII letters and digits only, in upper case, at most 64 characters.</summary>
    public static string Normalize(string typed) =>
        string.Concat(typed.Where(char.IsAsciiLetterOrDigit).Take(64)).ToUpperInvariant();

    /// <summary>The stored form of a code. It includes the account's id, so that a row moved to another account matches no code.</summary>
    public static byte[] Hash(KeyRing ring, Guid accountId, string normalized) =>
        ring.Hash("recovery-code", accountId.ToByteArray(bigEndian: true), Encoding.ASCII.GetBytes(normalized));
}
