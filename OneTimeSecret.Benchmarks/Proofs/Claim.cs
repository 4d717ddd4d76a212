namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>A claim about the product and what a proof found.</summary>
/// <param name="What">What is claimed, with its limit.</param>
/// <param name="Found">The figures.</param>
/// <param name="Holds">Null if the claim could not be tried here.</param>
internal sealed record Claim(string What, string Found, bool? Holds)
{
    public static Claim Of(string what, bool holds, string found) => new(what, found, holds);

    public static Claim Skipped(string what, string reason) => new(what, "skipped: " + reason, null);

    public override string ToString() => $"{(Holds is null ? "SKIP" : Holds.Value ? "ok" : "BROKEN"),-6} {What}: {Found}";
}

/// <summary>How long a proof runs. The defaults are the figures of docs/proofs.md.</summary>
internal sealed record ProofSettings
{
    public ulong Seed { get; init; } = 1;

    /// <summary>How often the server is killed.</summary>
    public int Rounds { get; init; } = 200;

    /// <summary>Secrets of the race.</summary>
    public int Secrets { get; init; } = 1000;

    /// <summary>Readers of each secret of the race, in each process.</summary>
    public int Readers { get; init; } = 50;

    /// <summary>Requests of the fuzz.</summary>
    public int Requests { get; init; } = 1_000_000;

    /// <summary>Client addresses of the memory proof.</summary>
    public int Addresses { get; init; } = 1_000_000;

    /// <summary>Seconds of each flood.</summary>
    public int Seconds { get; init; } = 20;

    /// <summary>Megabytes of the volume that runs full.</summary>
    public int Megabytes { get; init; } = 100;

    /// <summary>Only the flood of this name. Null: all.</summary>
    public string? Flood { get; init; }

    /// <summary>Prints a line of progress.</summary>
    public Action<string> Say { get; init; } = Console.WriteLine;

    /// <summary>A new empty folder of one proof.</summary>
    public static string NewFolder() => Directory.CreateTempSubdirectory("ots-proof-").FullName;
}
