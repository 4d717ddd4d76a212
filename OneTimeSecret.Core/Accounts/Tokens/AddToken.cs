using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Tokens;

/// <summary>Makes an API token. It can be shown only now, because the server stores only its keyed hash.</summary>
public sealed class AddToken(
    IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, KeyRing ring, PostNotice notices, TimeProvider time)
{
    /// <summary>The most characters of a token's name.</summary>
    public const int MaxNameLength = 100;

    /// <summary>The most tokens of an account.</summary>
    public const int MaxTokens = 100;

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Characters after the prefix: about 238 bits.</summary>
    private const int Length = 40;

    /// <summary>Makes a token for the operator. The account's owner gets no notice.</summary>
    /// <param name="email">The account's address.</param>
    /// <param name="name">The token's name, unique in the account.</param>
    /// <param name="scopes">What the token may do.</param>
    /// <param name="lifetime">How long the token works. Null: until it is revoked.</param>
    /// <exception cref="AccountException">There is no such account, or a rule forbids the token.</exception>
    public async Task<string> Run(string email, string name, TokenScopes scopes, TimeSpan? lifetime, CancellationToken cancellation)
    {
        Guid id;
        await using (var db = await contexts.CreateDbContextAsync(cancellation))
            id = (await db.FindAccount(email, cancellation)).Id;
        return await Run(id, name, scopes, time.GetUtcNow() + lifetime, null, cancellation) switch
        {
            AddTokenOutcome.Made made => made.Token,
            AddTokenOutcome.BadName => throw new AccountException(
                $"A token's name has 1 to {MaxNameLength} characters on one line, such as 'laptop'."),
            AddTokenOutcome.NameTaken => throw new AccountException(
                $"{email} has a token named '{name}' already; revoke it first or take another name."),
            AddTokenOutcome.Past => throw new AccountException("The token would have expired already; give it a longer lifetime."),
            AddTokenOutcome.NoScope => throw new AccountException("The token has no scope, so it could do nothing; give it a scope."),
            AddTokenOutcome.TooMany => throw new AccountException(
                $"{email} has {MaxTokens} tokens already, which is the maximum; revoke one first."),
            _ => throw AccountException.NoSuchAccount(email),
        };
    }

    /// <summary>Makes a token for its owner.</summary>
    /// <param name="name">The token's name, unique in the account.</param>
    /// <param name="scopes">What the token may do.</param>
    /// <param name="expires">When the token stops working. Null: when it is revoked.</param>
    /// <param name="by">The caller, for the notice and the audit trail. Null: the operator makes the token, and there is no notice.</param>
    public async Task<AddTokenOutcome> Run(
        Guid accountId, string name, TokenScopes scopes, DateTimeOffset? expires, Caller? by, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength || name.Any(char.IsControl))
            return new AddTokenOutcome.BadName(MaxNameLength);
        if (scopes == TokenScopes.None)
            return new AddTokenOutcome.NoScope();
        var now = time.GetUtcNow();
        if (expires <= now)
            return new AddTokenOutcome.Past();

        // The prefix lets scanners for leaked credentials recognize a token.
        var token = "ots_" + RandomNumberGenerator.GetString(Alphabet, Length);
        var row = new ApiToken
        {
            Hash = TokenHash.Of(ring, accountId, token),
            AccountId = accountId,
            Name = name,
            Scopes = scopes,
            Created = now,
            Expires = expires,
        };
        return await write.Run(db => Add(db, row, by), cancellation) ?? new AddTokenOutcome.Made(token);
    }

    /// <summary>Stores the token and returns null, or returns why it did not.</summary>
    private async Task<AddTokenOutcome?> Add(OtsDbContext db, ApiToken token, Caller? by)
    {
        var account = token.AccountId;
        await db.Lock(RowLock.Account(account)); // the account's tokens are counted, and their names compared
        if (!await db.Users.AnyAsync(a => a.Id == account && a.Deleted == null))
            return new AddTokenOutcome.NoAccount();
        if (await db.ApiTokens.AnyAsync(t => t.AccountId == account && t.Name == token.Name))
            return new AddTokenOutcome.NameTaken();
        if (await db.ApiTokens.CountAsync(t => t.AccountId == account) >= MaxTokens)
            return new AddTokenOutcome.TooMany(MaxTokens);
        db.Add(token);
        if (by is not null)
            await notices.Add(db, account, AccountEvent.TokenMade, by, token.Created);
        db.Note((by is null ? Act.OfOperator(AuditKind.TokenMade) : Act.Of(AuditKind.TokenMade, account, by)) with
        {
            Subject = account.ToString(), Detail = token.Name,
        });
        return null;
    }
}

/// <summary>The result of making a token. Every outcome except <see cref="Made"/> means that no token was made.</summary>
public abstract record AddTokenOutcome
{
    private AddTokenOutcome() { }

    /// <summary>The token, which can be shown only now.</summary>
    public sealed record Made(string Token) : AddTokenOutcome
    {
        /// <summary>Omits the token, which is a credential.</summary>
        public override string ToString() => nameof(Made);
    }

    /// <summary>The name is blank, too long, or has control characters such as line breaks.</summary>
    public sealed record BadName(int MaxLength) : AddTokenOutcome;

    /// <summary>The account has a token of that name already.</summary>
    public sealed record NameTaken : AddTokenOutcome;

    /// <summary>The token would have no scope.</summary>
    public sealed record NoScope : AddTokenOutcome;

    /// <summary>The token would have expired already.</summary>
    public sealed record Past : AddTokenOutcome;

    /// <summary>The account has the maximum number of tokens.</summary>
    public sealed record TooMany(int Most) : AddTokenOutcome;

    /// <summary>There is no such account (any more).</summary>
    public sealed record NoAccount : AddTokenOutcome;
}
