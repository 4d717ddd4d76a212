using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>Lists and renames the passkeys of an account.</summary>
public sealed class Passkeys(IDbContextFactory<OtsDbContext> contexts, WriteTransaction write)
{
    /// <summary>The most characters of a name.</summary>
    public const int MaxNameLength = 60;

    /// <summary>The most passkeys of an account.</summary>
    public const int Most = 20;

    /// <summary>Lists the passkeys of <paramref name="accountId"/>, the oldest first.</summary>
    public async Task<IReadOnlyList<Passkey>> List(Guid accountId, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var passkeys = await db.UserPasskeys.AsNoTracking()
            .Where(p => p.UserId == accountId)
            .Select(p => new Passkey(p.CredentialId, p.Data.Name ?? "", p.Data.CreatedAt))
            .ToListAsync(cancellation);
        return [.. passkeys.OrderBy(p => p.Created)];
    }

    /// <summary>Renames a passkey.</summary>
    /// <returns>Whether it was renamed: false if the name is invalid or the account has no such passkey.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public async Task<bool> Rename(Guid accountId, byte[] credentialId, string name, CancellationToken cancellation) =>
        Name(name) is { } good && await write.Run(
            async db =>
            {
                await db.Lock(RowLock.Passkey(credentialId));
                var passkey = await db.UserPasskeys.SingleOrDefaultAsync(p => p.UserId == accountId && p.CredentialId == credentialId);
                if (passkey is null)
                    return false;
                passkey.Data.Name = good;
                return true;
            },
            cancellation);

    /// <summary>The name as it is stored, without blanks around it. Null: the name is invalid.</summary>
    internal static string? Name(string text) =>
        text.Trim() is { Length: > 0 and <= MaxNameLength } name && !name.Any(char.IsControl) ? name : null;
}

/// <summary>A passkey.</summary>
/// <param name="Id">The credential's id, which the authenticator chose: at most 1023 bytes.</param>
/// <param name="Name">The name its owner gave it.</param>
/// <param name="Created">When it was added.</param>
public sealed record Passkey(byte[] Id, string Name, DateTimeOffset Created);
