using System.ComponentModel.DataAnnotations;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Secrets;

/// <summary>Section <c>Passphrases</c>: length and hashing of passphrases.</summary>
public sealed class PassphraseOptions : IValidatableObject
{
    /// <summary>Minimum number of characters (Unicode scalars) of a passphrase.</summary>
    [Range(1, 128)]
    public int MinLength { get; set; } = 4;

    /// <summary>Maximum number of characters (Unicode scalars) of a passphrase.</summary>
    [Range(1, 1024)]
    public int MaxLength { get; set; } = 128;

    /// <summary>bcrypt's cost. Each step doubles the work, for the server and for an attacker.</summary>
    [Range(10, 14)]
    public int BcryptCost { get; set; } = 11;

    /// <summary>PBKDF2 iterations. Not a setting: each box stores its own number (docs/crypto-format.md). Tests set a low number.</summary>
    internal int StretchIterations { get; set; } = Passphrase.DefaultIterations;

    /// <summary>Hashes computed at the same time; 0: one fewer than the machine has cores, but at least one.</summary>
    [Range(0, 256)]
    public int Concurrency { get; set; }

    /// <summary>Callers that may wait for the hash of a passphrase, and as many for that of a password. Further callers get 503.</summary>
    [Range(0, 10_000)]
    public int QueueLength { get; set; } = 64;

    /// <summary>Callers of one client address (IPv4, or IPv6 /64) that may wait in each of the two queues.</summary>
    [Range(1, 10_000)]
    public int QueuePerClient { get; set; } = 16;

    /// <summary>Callers of one network (IPv4 /24, or IPv6 /48) that may wait in each of the two queues.</summary>
    [Range(1, 10_000)]
    public int QueuePerNetwork { get; set; } = 32;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxLength < MinLength)
            yield return new($"must not be below MinLength ({MinLength})", [nameof(MaxLength)]);
        if (QueuePerNetwork < QueuePerClient)
            yield return new($"must not be below QueuePerClient ({QueuePerClient})", [nameof(QueuePerNetwork)]);
    }

    internal int EffectiveConcurrency => Concurrency > 0 ? Concurrency : Math.Max(1, Environment.ProcessorCount - 1);
}
