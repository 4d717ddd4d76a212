using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>Makes an API token. It is shown once: only its keyed hash is kept.</summary>
public sealed class AddToken(IDbContextFactory<OtsDbContext> contexts, KeyRing ring, TimeProvider time)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Characters behind the prefix, about 238 bits.</summary>
    private const int Length = 40;

    private const int MaxNameLength = 100;

    /// <summary>Makes a token for the account of <paramref name="email"/>.</summary>
    /// <param name="email">The account.</param>
    /// <param name="name">The token's name, unique for the account.</param>
    /// <param name="scopes">What it may do.</param>
    /// <param name="lifetime">How long it works; null: until it is revoked.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="AccountException">No such account, or the name is none or taken.</exception>
    public async Task<string> Run(string email, string name, TokenScopes scopes, TimeSpan? lifetime, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength || name.Any(char.IsControl))
            throw new AccountException($"A token's name has 1 to {MaxNameLength} characters on one line, such as 'laptop'.");
        var account = await db.FindAccount(email, cancellation);
        if (await db.ApiTokens.AnyAsync(t => t.AccountId == account.Id && t.Name == name, cancellation))
            throw new AccountException($"{email} has a token named '{name}' already; revoke it first or take another name.");

        // The prefix lets scanners for leaked credentials recognise a token.
        var token = "ots_" + RandomNumberGenerator.GetString(Alphabet, Length);
        var now = time.GetUtcNow();
        db.ApiTokens.Add(new ApiToken
        {
            Hash = TokenHash.Of(ring, account.Id, token),
            AccountId = account.Id,
            Name = name,
            Scopes = scopes,
            Created = now,
            Expires = lifetime is null ? null : now + lifetime,
        });
        await db.SaveChangesAsync(cancellation);
        return token;
    }
}
