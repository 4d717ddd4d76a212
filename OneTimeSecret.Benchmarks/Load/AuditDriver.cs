using System.Globalization;

namespace OneTimeSecret.Benchmarks.Load;

/// <summary>
/// What the audit trail costs a create: the same load against two servers, one with it and one without, in turns, so that what else the
/// machine does meets both alike.
/// </summary>
internal static class AuditDriver
{
    private const int Clients = 32;
    private const int Rounds = 8;
    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(4);

    public static async Task Run()
    {
        await using var with = await ServerProcess.Start("--Jobs:EraseSeconds=86400");
        await using var without = await ServerProcess.Start("--Jobs:EraseSeconds=86400", "--Audit:Enabled=false");
        await Creates(with);
        await Creates(without);
        var ratios = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            // Who is first changes, because the disk is slower behind a phase of writing.
            var (first, second) = round % 2 == 0 ? (with, without) : (without, with);
            var (a, b) = (await Creates(first), await Creates(second));
            var (on, off) = round % 2 == 0 ? (a, b) : (b, a);
            ratios.Add(on / off);
            Say($"round {round + 1}: {on:F0} creates/s with, {off:F0} without, {on / off:F3}");
        }
        ratios.Sort();
        Say($"with / without: median {(ratios[(Rounds / 2) - 1] + ratios[Rounds / 2]) / 2:F3}, from {ratios[0]:F3} to {ratios[^1]:F3}");
    }

    /// <summary>Creates in a second.</summary>
    private static async Task<double> Creates(ServerProcess server)
    {
        var clients = Enumerable.Range(0, Clients).Select(_ => new Client(server.Address)).ToList();
        using var stop = new CancellationTokenSource(Phase);
        await Task.WhenAll(clients.Select(client => client.Create(stop.Token)));
        var count = clients.Sum(client => client.Times.Count);
        clients.ForEach(client => client.Dispose());
        return count / Phase.TotalSeconds;
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
