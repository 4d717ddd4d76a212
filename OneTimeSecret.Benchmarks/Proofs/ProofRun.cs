using System.Globalization;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>The command line of the proofs. Prints what was tried and found. The exit code is 1 if a claim is broken.</summary>
internal static class ProofRun
{
    /// <summary>The word with which the proof of floods starts its drivers.</summary>
    public const string FloodDriver = "flood-driver";

    private const string Help =
        """
        proofs [NAME ...] [--OPTION VALUE ...]

          race       two processes on one data folder, many readers of each secret, cut connections
          kill       SIGKILL under mixed load, and what is left after the restart
          retry      lost answers that are fetched again (Secrets:RetrySeconds), and what the files hold afterwards
          disk       a full volume, files that cannot be written, a locked database
          fuzz       valid, mutated and hostile requests to every route
          floods     what one client notices while others flood the server (pins server and drivers to a core each)
          memory     the memory of the server under requests from many addresses
          all        everything (the default)

          --seed N        what is tried (1)
          --rounds N      kills (200)
          --secrets N     secrets of the race (1000)
          --readers N     readers of each in each process (50)
          --megabytes N   size of the volume that runs full (100)
          --requests N    requests of the fuzz (1000000)
          --seconds N     seconds of each flood (20)
          --flood NAME    only this flood
          --addresses N   addresses of the memory proof (1000000)

        Full volumes and files that cannot be written need root and Linux. docs/proofs.md has the claims and figures.
        """;

    private static readonly (string Name, Func<ProofSettings, Task<IReadOnlyList<Claim>>> Run)[] Proofs =
    [
        ("race", RaceProof.Run), ("kill", KillProof.Run), ("retry", RetryWindowProof.Run), ("disk", DiskProof.Run),
        ("fuzz", FuzzProof.Run), ("floods", FloodProof.Run), ("memory", MemoryProof.Run),
    ];

    public static async Task<int> Run(string[] args)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (args is [FloodDriver, .. var words])
            return await Floods.Drive(words);
        var names = new List<string>();
        var settings = new ProofSettings();
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
                names.Add(args[i]);
            else if (i + 1 == args.Length || With(settings, args[i], args[++i]) is not { } changed)
                return Explain();
            else
                settings = changed;
        }
        if (names is [] or ["all"])
            names = [.. Proofs.Select(proof => proof.Name)];
        if (names.Exists(name => !Array.Exists(Proofs, proof => Same(proof.Name, name))))
            return Explain();

        var claims = new List<Claim>();
        foreach (var (name, run) in Proofs.Where(proof => names.Contains(proof.Name, StringComparer.Ordinal)))
        {
            Console.WriteLine($"--- {name}");
            claims.AddRange(await run(settings));
        }
        Console.WriteLine("--- summary");
        claims.ForEach(Console.WriteLine);
        var broken = claims.Count(claim => claim.Holds == false);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{claims.Count} claims, {broken} broken"));
        return broken > 0 ? 1 : 0;
    }

    private static int Explain()
    {
        Console.WriteLine(Help);
        return 2;
    }

    private static ProofSettings? With(ProofSettings settings, string option, string value)
    {
        if (Same(option, "--flood"))
            return settings with { Flood = value };
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        return option switch
        {
            "--seed" => settings with { Seed = (ulong)number },
            "--rounds" => settings with { Rounds = number },
            "--secrets" => settings with { Secrets = number },
            "--readers" => settings with { Readers = number },
            "--megabytes" => settings with { Megabytes = number },
            "--requests" => settings with { Requests = number },
            "--seconds" => settings with { Seconds = number },
            "--addresses" => settings with { Addresses = number },
            _ => null,
        };
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.Ordinal);
}
