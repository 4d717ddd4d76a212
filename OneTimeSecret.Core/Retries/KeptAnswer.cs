using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Retries;

/// <summary>
/// The answer to a reveal, sealed for a repeated request of the same asker. Written by the claim that deletes the secret, and deleted at
/// <see cref="Until"/>, with the receipt, or by a burn (docs/adr/0016).
/// </summary>
public sealed class KeptAnswer
{
    /// <summary>
    /// How many wrong passphrases end the answer. A right one counts while its hash is computed, so that parallel guesses are counted.
    /// </summary>
    public const int MostGuesses = 10;

    /// <summary>The longest time that an answer is kept, in seconds.</summary>
    public const int MostSeconds = 600;

    /// <summary>Keyed hash of the secret key and the asker's proof, 32 bytes.</summary>
    public required byte[] Id { get; init; }

    /// <summary>The id of the secret that was revealed.</summary>
    public required byte[] SecretId { get; init; }

    /// <summary>The id of its receipt. The answer is deleted with the receipt.</summary>
    public required byte[] ReceiptId { get; init; }

    /// <summary>The outer box: see <see cref="AnswerBox"/>.</summary>
    public required byte[] Box { get; set; }

    /// <summary>
    /// From this time on the answer counts as gone, even if its row still exists. It also does when this time is further away than
    /// <see cref="MostSeconds"/>: then the clock went back since. The box is bound to this time.
    /// </summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>How many passphrases were tried and not found right.</summary>
    public int Guesses { get; set; }

    /// <summary>The answers whose time has not ended.</summary>
    internal static IQueryable<KeptAnswer> Alive(OtsDbContext db, DateTimeOffset now)
    {
        var latest = now.AddSeconds(MostSeconds);
        return db.KeptAnswers.Where(a => a.Until > now && a.Until <= latest);
    }

    /// <summary>The answers whose time has ended.</summary>
    internal static IQueryable<KeptAnswer> Ended(OtsDbContext db, DateTimeOffset now)
    {
        var latest = now.AddSeconds(MostSeconds);
        return db.KeptAnswers.Where(a => a.Until <= now || a.Until > latest);
    }
}
