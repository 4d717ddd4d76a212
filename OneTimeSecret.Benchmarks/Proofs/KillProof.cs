using System.Diagnostics;
using Microsoft.Data.Sqlite;
using OneTimeSecret.Benchmarks.Load;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>
/// Kills the server (SIGKILL) again and again while clients create, reveal and burn, starts it again and settles the books. Every tenth
/// start is killed too. The load has many writers, so most kills hit a commit; half of them follow an acknowledged create within 2 ms.
/// </summary>
internal static class KillProof
{
    private const int KeptPerRound = 5;
    private const int MostLoad = 600; // milliseconds
    private static readonly string[] Settings = ["--Limits:Enabled=false"];
    private static readonly TimeSpan MostRestart = TimeSpan.FromSeconds(3);

    public static async Task<IReadOnlyList<Claim>> Run(ProofSettings settings)
    {
        var folder = Directory.CreateTempSubdirectory("ots-proof-");
        try
        {
            return await Run(settings, folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Claim>> Run(ProofSettings settings, string folder)
    {
        var (books, dice) = (new Books(settings.Seed), new Dice(settings.Seed));
        var (restarts, kept, errors) = (new List<double>(), new List<Entry>(), 0);
        var (inFlight, damaged) = (0, 0);
        var server = await ServerProcess.StartOn(folder, null, Settings);
        for (var round = 1; round <= settings.Rounds; round++)
        {
            var load = new MixedLoad(server.Address, books, dice.Of(round));
            inFlight += await KillAmid(server, load, dice) > 0 ? 1 : 0;
            errors += Errors(server);
            await server.DisposeAsync();
            if (dice.Chance(100))
                await KillStart(folder, dice);
            server = await ServerProcess.StartOn(folder, null, Settings);
            restarts.Add(server.Startup.TotalSeconds);
            damaged += await IsSound(folder) ? 0 : 1;
            var settled = load.Entries.Skip(KeptPerRound);
            await books.Settle(server.Address, settled);
            kept.AddRange(load.Entries.Take(KeptPerRound));
            if (round % 10 == 0)
                settings.Say($"kill: {round} rounds, {books.Settled} secrets, faults: {books.Faults}");
        }
        await books.Settle(server.Address, kept);
        await server.DisposeAsync();
        restarts.Sort();
        return
        [
            Claim.Of($"kill: {settings.Rounds} rounds of SIGKILL: nothing is lost or doubled", books.AreRight && damaged == 0,
                $"{books.Settled} secrets, {books.Lost} lost, {books.Doubled} doubled, faults: {books.Faults}, {books.Vanished} gone with "
                + $"a cut answer; {inFlight} kills amid calls, {damaged} damaged databases, {errors} error lines"),
            Claim.Of($"kill: a restart takes at most {MostRestart.TotalSeconds:F0} s", restarts[^1] <= MostRestart.TotalSeconds,
                $"median {restarts[restarts.Count / 2]:F2} s, longest {restarts[^1]:F2} s to the first 200"),
        ];
    }

    /// <summary>Returns how many calls were under way at the kill.</summary>
    private static async Task<int> KillAmid(ServerProcess server, MixedLoad load, Dice dice)
    {
        var run = load.Run();
        await load.Began;
        await Task.Delay(dice.Below(MostLoad));
        if (dice.Chance(500))
            SpinAfterCreate(load, TimeSpan.FromMicroseconds(dice.Below(2000)));
        var running = load.Running;
        load.Stop();
        await server.Kill();
        await run;
        return running;
    }

    private static async Task KillStart(string folder, Dice dice)
    {
        await using var server = ServerProcess.Launch(folder, null, Settings);
        await Task.Delay(dice.Below(1500));
    }

    /// <summary>Waits for the next acknowledged create, at most a second, and then so long.</summary>
    private static void SpinAfterCreate(MixedLoad load, TimeSpan time)
    {
        var (start, seen) = (Stopwatch.GetTimestamp(), load.Acknowledged);
        while (load.Acknowledged == seen && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(1))
            Thread.SpinWait(20);
        start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
            Thread.SpinWait(20);
    }

    public static int Errors(ServerProcess server) => server.Log.Count(IsError);

    /// <summary>Whether a line of the log has the level of errors or above.</summary>
    public static bool IsError(string line) =>
        line.StartsWith("fail:", StringComparison.Ordinal) || line.StartsWith("crit:", StringComparison.Ordinal);

    private static async Task<bool> IsSound(string folder)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "onetimesecret.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        return await command.ExecuteScalarAsync() is "ok";
    }
}
