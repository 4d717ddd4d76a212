using System.Diagnostics;
using System.Text;
using OneTimeSecret.Benchmarks.Load;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>
/// The memory of the server while requests come from very many client addresses, each of which it counts: reveals of unknown keys, refused
/// credentials, sign-ins, creates that are refused.
/// </summary>
internal static class MemoryProof
{
    private const int Connections = 16;
    private const int MostMegabytes = 300;

    public static async Task<IReadOnlyList<Claim>> Run(ProofSettings settings)
    {
        var folder = ProofSettings.NewFolder();
        try
        {
            await using var server = await ServerProcess.StartOn(folder, null, Addresses.Trust);
            var (watch, next, faults) = (Stopwatch.StartNew(), 0, 0);
            var before = server.PeakMegabytes;
            await Task.WhenAll(Enumerable.Range(0, Connections).Select(i => Task.Run(() => Send(new Dice(settings.Seed).Of(i)))));
            return
            [
                Claim.Of($"memory: {settings.Addresses} distinct addresses: at most {MostMegabytes} MB, no status of 500 or above",
                    server.PeakMegabytes <= MostMegabytes && faults == 0,
                    $"{before} MB before, {server.PeakMegabytes} MB at most, {faults} faults; "
                    + $"{settings.Addresses / watch.Elapsed.TotalSeconds:F0} requests/s"),
            ];

            async Task Send(Dice dice)
            {
                using var wire = new Wire(server.Address);
                for (int number; (number = Interlocked.Increment(ref next)) <= settings.Addresses;)
                {
                    var reply = await wire.Ask(Request(number, dice));
                    if (reply.Status is <= 0 or >= 500)
                        Interlocked.Increment(ref faults);
                    if (number % 50_000 == 0)
                        settings.Say($"memory: {number} addresses, {server.WorkingSet / 1024 / 1024} MB");
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] Request(int number, Dice dice)
    {
        var address = Addresses.Header(Addresses.OfNumber(number));
        var (path, headers) = dice.Below(4) switch
        {
            0 => ("/api/v1/share", ""), // without a secret: counted, and refused
            1 => ("/api/v1/receipt/recent", "Authorization: Basic eDp5\r\n"),
            2 => ($"/api/v1/receipt/{dice.Key()}/burn", ""),
            _ => ($"/api/v1/secret/{dice.Key()}", ""),
        };
        return Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\n{address}{headers}Content-Length: 0\r\n\r\n");
    }
}
