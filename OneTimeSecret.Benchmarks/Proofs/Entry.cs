namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>
/// The books of one secret: what was sent and what was told. Its value contains a mark that no other secret has, so every answer that
/// shows it is noticed.
/// </summary>
internal sealed class Entry(string mark, int length, string? passphrase = null)
{
    /// <summary>The beginning of every mark.</summary>
    public const string Prefix = "ots-value-";

    private int _told;
    private int _burned;
    private int _refused;
    private int _unsure;
    private string? _fault;

    public string Value { get; } = Prefix + mark.PadRight(Math.Max(length - Prefix.Length, mark.Length), '.');

    public string? Passphrase { get; } = passphrase;

    /// <summary>Null until a create was acknowledged.</summary>
    public string? SecretKey { get; private set; }

    public string? MetadataKey { get; private set; }

    /// <summary>How often the value was shown.</summary>
    public int Shown => Volatile.Read(ref _told);

    /// <summary>Whether the outcome of a reveal or burn is unknown, so that the secret may be gone although nobody got it.</summary>
    public bool IsUnsure => Volatile.Read(ref _unsure) > 0;

    public Told Created(Answer answer)
    {
        if (answer.Told == Told.Done)
            (SecretKey, MetadataKey) = (answer.Field("secret_key"), answer.Field("metadata_key"));
        else
            LookForMark(answer, "a create");
        return answer.Told;
    }

    public Told Revealed(Answer answer)
    {
        if (answer.Body.Contains(Value, StringComparison.Ordinal))
            Interlocked.Increment(ref _told);
        else if (answer.Told == Told.Done)
            _fault = "a reveal answered another value";
        else
            LookForMark(answer, "a refused reveal");
        return Count(answer);
    }

    public Told Burned(Answer answer)
    {
        if (answer.Told == Told.Done)
            Interlocked.Increment(ref _burned);
        LookForMark(answer, "a burn");
        return Count(answer);
    }

    /// <summary>A reveal was sent whose answer nobody read.</summary>
    public void Cut() => Interlocked.Increment(ref _unsure);

    /// <summary>Compares the books with what the server says at the end.</summary>
    /// <param name="state">The state of the receipt.</param>
    /// <param name="last">Whether the last reveal showed the value.</param>
    /// <param name="again">Whether a reveal after that one showed it too.</param>
    /// <returns>What is wrong. Null if nothing is.</returns>
    public string? Judge(string? state, bool last, bool again)
    {
        var taken = _told + _burned;
        return _fault
            ?? (taken + (last ? 1 : 0) + (again ? 1 : 0) > 1 ? Doubled
            : !last && taken == 0 && _unsure == 0 ? Lost
            : last && _refused > 0 ? "refused although it was there"
            : StateFault(state, last));
    }

    public const string Doubled = "doubled";

    public const string Lost = "lost";

    private string? StateFault(string? state, bool last)
    {
        var fits = last ? state is "new"
            : _told > 0 ? state is "received"
            : _burned > 0 ? state is "burned"
            : state is "received" or "burned";
        return fits ? null : $"its receipt says '{state}'";
    }

    private Told Count(Answer answer)
    {
        if (answer.Told is Told.Unknown or Told.Fault)
            Interlocked.Increment(ref _unsure);
        else if (answer.Told == Told.Refused)
            Interlocked.Increment(ref _refused);
        return answer.Told;
    }

    private void LookForMark(Answer answer, string call)
    {
        if (answer.Body.Contains(Prefix, StringComparison.Ordinal))
            _fault = call + " showed a value";
    }
}
