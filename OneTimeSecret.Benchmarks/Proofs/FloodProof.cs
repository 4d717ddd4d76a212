using System.Diagnostics;
using System.Globalization;
using OneTimeSecret.Benchmarks.Load;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>
/// What others notice while somebody floods the server from many addresses. The server has one core, the drivers the other. The
/// result is a ratio to the same calls without a flood, in the same run.
/// </summary>
internal static class FloodProof
{
    private const int ServerCore = 0;
    private const int DriverCore = 1;
    private const double MostRatio = 3;
    private const int MostMegabytes = 300;

    private static readonly string[] Settings =
        [Addresses.Trust, "--Accounts:SignUp=Open", "--Mail:Transport=Pickup", "--Site:PublicUrl=http://localhost"];

    public static async Task<IReadOnlyList<Claim>> Run(ProofSettings settings)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/taskset") || Environment.ProcessorCount < 2)
            return [Claim.Skipped("floods", "needs Linux, taskset and two cores")];
        using var self = Process.GetCurrentProcess();
        var (affinity, folder) = (self.ProcessorAffinity, ProofSettings.NewFolder());
        try
        {
            self.ProcessorAffinity = 1 << DriverCore;
            await FuzzTarget.Prepare(folder);
            await using var server = await ServerProcess.StartOn(folder, ServerCore, Settings);
            await new Victim(server.Address, 1).Run(TimeSpan.FromSeconds(20)); // warms up: every person has made every call
            var calm = new Victim(server.Address, 2);
            await calm.Run(TimeSpan.FromSeconds(settings.Seconds * 2));
            var alone = Victim.Calls.Select(call => $"{call} {calm.P99(call):F1} ms ({calm.Count(call)} calls)");
            settings.Say($"floods: p99 alone: {string.Join(", ", alone)}; {calm.Busy} busy, {calm.Failed} failed");
            var claims = new List<Claim>();
            foreach (var name in Floods.Names.Where(name => settings.Flood is null || Same(name, settings.Flood)))
                claims.Add(await Flood(settings, server, calm, name, claims.Count));
            var peak = server.PeakMegabytes;
            claims.Add(Claim.Of($"floods: the server uses at most {MostMegabytes} MB", peak <= MostMegabytes, $"{peak} MB at most"));
            return claims;
        }
        finally
        {
            self.ProcessorAffinity = affinity;
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Claim> Flood(ProofSettings settings, ServerProcess server, Victim calm, string name, int number)
    {
        var victim = new Victim(server.Address, 10 + number);
        using var driver = Driver(server.Address, name, settings);
        await Task.Delay(TimeSpan.FromSeconds(2)); // until the flood runs
        await victim.Run(TimeSpan.FromSeconds(settings.Seconds));
        var statuses = (await driver.StandardOutput.ReadToEndAsync()).Trim();
        await driver.WaitForExitAsync();
        var ratios = Victim.Calls.Select(call => (Call: call, Ratio: victim.P99(call) / calm.P99(call))).ToList();
        var holds = victim is { Busy: 0, Failed: 0 } && ratios.TrueForAll(call => call.Ratio <= MostRatio);
        var words = string.Join(", ", ratios.Select(call => $"{call.Call} {victim.P99(call.Call):F0} ms ({call.Ratio:F1}x)"));
        var claim = Claim.Of(
            $"floods: {name}: another client gets no 503, and its p99 is at most {MostRatio}x", holds,
            $"{words}; {victim.Busy} busy, {victim.Failed} failed; the flood got {statuses}; {server.WorkingSet / 1024 / 1024} MB");
        settings.Say(claim.ToString());
        await Task.Delay(TimeSpan.FromSeconds(2)); // until its last work is done
        return claim;
    }

    private static Process Driver(Uri server, string name, ProofSettings settings)
    {
        string[] words =
        [
            "-c", DriverCore.ToString(CultureInfo.InvariantCulture), "nice", "-n", "10", "dotnet",
            Path.Combine(AppContext.BaseDirectory, "OneTimeSecret.Benchmarks.dll"), "proofs", ProofRun.FloodDriver, name, server.ToString(),
            (settings.Seconds + 2).ToString(CultureInfo.InvariantCulture), settings.Seed.ToString(CultureInfo.InvariantCulture),
        ];
        return Process.Start(new ProcessStartInfo("taskset", words) { UseShellExecute = false, RedirectStandardOutput = true })!;
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.Ordinal);
}
