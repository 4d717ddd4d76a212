using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>The passkeys of an account.</summary>
public sealed class Passkeys(IDbContextFactory<OtsDbContext> contexts, WriteTransaction write)
{
    /// <summary>Most characters of a name.</summary>
    public const int MaxNameLength = 60;

    /// <summary>Most passkeys of an account.</summary>
    public const int Most = 20;

    /// <summary>Those of <paramref name="accountId"/>, the oldest first.</summary>
    public async Task<IReadOnlyList<Passkey>> List(Guid accountId, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var passkeys = await db.UserPasskeys.AsNoTracking()
            .Where(p => p.UserId == accountId)
            .Select(p => new Passkey(p.CredentialId, p.Data.Name ?? "", p.Data.CreatedAt))
            .ToListAsync(cancellation);
        return [.. passkeys.OrderBy(p => p.Created)];
    }

    /// <summary>Gives a passkey another name.</summary>
    /// <returns>Whether it has that name now: false when the name is none, or the account has no such passkey.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was changed.</exception>
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

    /// <summary>A name as it is kept; null: it is none.</summary>
    internal static string? Name(string text) =>
        text.Trim() is { Length: > 0 and <= MaxNameLength } name && !name.Any(char.IsControl) ? name : null;
}

/// <summary>A passkey.</summary>
/// <param name="Id">The id of the credential, up to 1023 bytes, which the authenticator chose.</param>
/// <param name="Name">The name its owner gave it.</param>
/// <param name="Created">When it was added.</param>
public sealed record Passkey(byte[] Id, string Name, DateTimeOffset Created);
