using System.ComponentModel.DataAnnotations;
using OneTimeSecret.Core.Retries;

namespace OneTimeSecret.Core.Secrets;

/// <summary>Section <c>Secrets</c>: sizes, lifetimes and how links open.</summary>
public sealed class SecretOptions : IValidatableObject
{
    private const int Year = 366 * 24 * 3600;

    /// <summary>Maximum size of a value, in bytes of UTF-8.</summary>
    [Range(1, 1_000_000)]
    public int MaxBytes { get; set; } = 10_000;

    /// <summary>Lifetime in seconds if the request has none.</summary>
    [Range(1, Year)]
    public int DefaultTtl { get; set; } = 604_800;

    /// <summary>Minimum lifetime in seconds. Lower requests are raised to it.</summary>
    [Range(1, Year)]
    public int MinTtl { get; set; } = 60;

    /// <summary>Maximum lifetime in seconds for callers without an account. Higher requests are lowered to it.</summary>
    [Range(1, Year)]
    public int MaxTtlAnonymous { get; set; } = 604_800;

    /// <summary>Maximum lifetime in seconds for accounts. Higher requests are lowered to it.</summary>
    [Range(1, Year)]
    public int MaxTtlAccount { get; set; } = 2_592_000;

    /// <summary>
    /// Whether the page of a link opens a secret without a passphrase only for somebody who presses the button by hand, and not at once.
    /// Without script it asks a second time. Programs that press buttons, such as mail scanners, then open nothing.
    /// </summary>
    public bool ConfirmReveal { get; set; }

    /// <summary>
    /// For how many seconds after a reveal the same asker, and nobody else, can fetch the value again, in case the answer was lost.
    /// Meanwhile the value stays in the database, sealed. 0: not at all.
    /// </summary>
    [Range(0, KeptAnswer.MostSeconds)]
    public int RetrySeconds { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxTtlAnonymous < MinTtl)
            yield return new($"must not be below MinTtl ({MinTtl})", [nameof(MaxTtlAnonymous)]);
        if (MaxTtlAccount < MinTtl)
            yield return new($"must not be below MinTtl ({MinTtl})", [nameof(MaxTtlAccount)]);
    }

    /// <summary>The granted lifetime in seconds: requested or default, raised to the minimum, lowered to the maximum.</summary>
    internal int Grant(long? seconds, bool hasAccount) =>
        (int)Math.Min(Math.Max(seconds ?? DefaultTtl, MinTtl), hasAccount ? MaxTtlAccount : MaxTtlAnonymous);
}
