using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Clocks;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>
/// Checks a code of the authenticator app, or a recovery code in its place. Each code works once, which the database ensures atomically:
/// a used time step and all earlier ones are refused, and using a recovery code deletes its row. Suspended accounts are refused.
/// </summary>
public sealed class CheckCode(
    WriteTransaction write, SignInTries tries, KeyRing ring, RefusalBursts refusals, SystemClock clock,
    IOptions<LimitOptions> limits)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Checks a code and uses it up.</summary>
    /// <param name="code">The code as typed. Blanks and dashes are ignored.</param>
    /// <param name="client">The client's network identity.</param>
    /// <exception cref="ServerBusyException">Too many writes are waiting; the code was not used up.</exception>
    public async Task<CodeOutcome> Run(Guid accountId, string code, string client, CancellationToken cancellation)
    {
        var outcome = await Take(accountId, code, cancellation);
        if (outcome is not CodeOutcome.Right)
            refusals.Count(AuditKind.SignInRefused, new Caller(client), accountId.ToString());
        return outcome;
    }

    private async Task<CodeOutcome> Take(Guid accountId, string code, CancellationToken cancellation)
    {
        var spent = await tries.Spend(cancellation, new TryLimit("code", accountId.ToString(), limits.Value.CodesPerDay, Day));
        if (spent.Wait is { } wait)
            return new CodeOutcome.TooMany(wait);
        var typed = RecoveryCodes.Normalize(code);
        var isRight = typed.Length == RecoveryCodes.Length ? await TakeRecoveryCode(accountId, typed, cancellation)
            : await TakeTotp(accountId, typed, cancellation);
        if (!isRight)
            return new CodeOutcome.Wrong();
        await tries.Refund(spent);
        return new CodeOutcome.Right();
    }

    private async Task<bool> TakeRecoveryCode(Guid accountId, string code, CancellationToken cancellation)
    {
        var hash = RecoveryCodes.Hash(ring, accountId, code);
        return await write.Run(
            db => db.RecoveryCodes
                .Where(c => c.Hash == hash && c.AccountId == accountId && db.Users.Any(a => a.Id == accountId && a.Suspended == null))
                .ExecuteDeleteAsync(),
            cancellation) == 1;
    }

    private Task<bool> TakeTotp(Guid accountId, string code, CancellationToken cancellation) => write.Run(
        async db =>
        {
            var box = await db.Users.Where(a => a.Id == accountId).Select(a => a.TotpKey).SingleOrDefaultAsync();
            if (box is null || Step(accountId, box, code) is not { } step)
                return false;
            return await db.Users
                .Where(a => a.Id == accountId && a.Suspended == null && a.TotpKey == box && (a.TotpStep == null || a.TotpStep < step))
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.TotpStep, step)) == 1;
        },
        cancellation);

    private long? Step(Guid accountId, byte[] box, string code)
    {
        using var key = ring.Open(Totp.Place(accountId), box);
        return Totp.Step(key, code, clock.GetUtcNow());
    }
}

/// <summary>The result of checking a code.</summary>
public abstract record CodeOutcome
{
    private CodeOutcome() { }

    /// <summary>The code is right and now used up.</summary>
    public sealed record Right : CodeOutcome;

    /// <summary>The code is wrong, too old, or was used before.</summary>
    public sealed record Wrong : CodeOutcome;

    /// <summary>Too many codes were wrong today. Until <paramref name="RetryAfter"/> is over, even a right code is refused.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : CodeOutcome;
}
