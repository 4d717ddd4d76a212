using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Tokens;

/// <summary>Makes an API token. It is shown once: only its keyed hash is kept.</summary>
public sealed class AddToken(
    IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, KeyRing ring, PostNotice notices, TimeProvider time)
{
    /// <summary>Most characters of a token's name.</summary>
    public const int MaxNameLength = 100;

    /// <summary>Most tokens of an account.</summary>
    public const int MaxTokens = 100;

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Characters behind the prefix, about 238 bits.</summary>
    private const int Length = 40;

    /// <summary>Makes a token for the account of <paramref name="email"/>, on the operator's word.</summary>
    /// <param name="email">The account.</param>
    /// <param name="name">The token's name, unique for the account.</param>
    /// <param name="scopes">What it may do.</param>
    /// <param name="lifetime">How long it works; null: until it is revoked.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="AccountException">No such account, or a rule forbids the token.</exception>
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
            AddTokenOutcome.Past => throw new AccountException("A token that has ended already is of no use; give it a longer life."),
            AddTokenOutcome.NoScope => throw new AccountException("A token that may do nothing is of no use; give it a scope."),
            AddTokenOutcome.TooMany => throw new AccountException(
                $"{email} has {MaxTokens} tokens, which is all it may have; revoke one first."),
            _ => throw AccountException.NoSuchAccount(email),
        };
    }

    /// <summary>Makes a token for its owner.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="name">The token's name, unique for the account.</param>
    /// <param name="scopes">What it may do.</param>
    /// <param name="expires">When it stops working; null: when it is revoked.</param>
    /// <param name="by">Where it is made from, for the notice; null: nothing is written to the account.</param>
    /// <param name="cancellation">Cancels.</param>
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

        // The prefix lets scanners for leaked credentials recognise a token.
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

    /// <summary>Stores the token; otherwise says why not.</summary>
    private async Task<AddTokenOutcome?> Add(OtsDbContext db, ApiToken token, Caller? by)
    {
        var account = token.AccountId;
        await db.Lock(RowLock.Account(account)); // its tokens are counted, and their names compared
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

/// <summary>What came of making a token. Everything but <see cref="Made"/> means that none was made.</summary>
public abstract record AddTokenOutcome
{
    private AddTokenOutcome() { }

    /// <summary>Here it is, this once.</summary>
    public sealed record Made(string Token) : AddTokenOutcome
    {
        /// <summary>Says nothing of the token.</summary>
        public override string ToString() => nameof(Made);
    }

    /// <summary>The name is none, too long, or not on one line.</summary>
    public sealed record BadName(int MaxLength) : AddTokenOutcome;

    /// <summary>The account has a token of that name.</summary>
    public sealed record NameTaken : AddTokenOutcome;

    /// <summary>It could do nothing.</summary>
    public sealed record NoScope : AddTokenOutcome;

    /// <summary>It would have ended already.</summary>
    public sealed record Past : AddTokenOutcome;

    /// <summary>The account has as many as it may have.</summary>
    public sealed record TooMany(int Most) : AddTokenOutcome;

    /// <summary>There is no such account (any more).</summary>
    public sealed record NoAccount : AddTokenOutcome;
}
