namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>Random numbers that a seed repeats (SplitMix64). They choose what a proof tries and protect nothing. For one thread.</summary>
internal sealed class Dice(ulong seed)
{
    private readonly ulong _seed = seed;
    private ulong _state = seed;

    /// <summary>Dice of another thread, which do not depend on how many numbers this thread takes.</summary>
    public Dice Of(int thread) => new(unchecked((_seed * 1_000_003) + ((ulong)thread * 7919) + 1));

    public ulong Next()
    {
        var z = unchecked(_state += 0x9E3779B97F4A7C15);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }

    /// <summary>From 0 to <paramref name="end"/> - 1.</summary>
    public int Below(int end) => (int)(Next() % (ulong)end);

    /// <summary>True in <paramref name="of"/> of a thousand cases.</summary>
    public bool Chance(int of) => Below(1000) < of;

    public T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];

    /// <summary>Characters as keys have them.</summary>
    public string Key(int length = 31) => string.Create(length, this, (key, dice) =>
    {
        foreach (ref var character in key)
            character = "0123456789abcdefghijklmnopqrstuvwxyz"[dice.Below(36)];
    });
}
