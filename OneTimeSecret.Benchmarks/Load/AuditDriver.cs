using System.Globalization;

namespace OneTimeSecret.Benchmarks.Load;

/// <summary>
/// Measures the cost of the audit trail for each create. Two servers, one with the trail and one without, get the same load in short
/// turns, so that other work of the machine and its disk affects both equally.
/// </summary>
internal static class AuditDriver
{
    private const int Clients = 32;
    private const int WarmUps = 6;
    private const int Rounds = 60;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    public static async Task Run()
    {
        await using var with = await ServerProcess.Start("--Jobs:EraseSeconds=86400");
        await using var without = await ServerProcess.Start("--Jobs:EraseSeconds=86400", "--Audit:Enabled=false");
        for (var i = 0; i < WarmUps; i++)
        {
            await Creates(with);
            await Creates(without);
        }
        var rounds = new List<(double On, double Off)>();
        for (var i = 0; i < Rounds; i++)
        {
            // The servers alternate in going first, because the disk is slower after a turn of writes.
            var first = await Creates(i % 2 == 0 ? with : without);
            var second = await Creates(i % 2 == 0 ? without : with);
            rounds.Add(i % 2 == 0 ? (first, second) : (second, first));
        }
        var ratios = rounds.Select(round => round.On / round.Off).Order().ToList();
        Say($"{rounds.Average(round => round.On):F0} creates/s with the trail, {rounds.Average(round => round.Off):F0} without");
        Say($"with / without: {rounds.Sum(round => round.On) / rounds.Sum(round => round.Off):F3} over all creates");
        Say($"in {Rounds} rounds: median {ratios[Rounds / 2]:F3}, middle half {ratios[Rounds / 4]:F3} to {ratios[Rounds * 3 / 4]:F3}");
    }

    /// <summary>Creates per second.</summary>
    private static async Task<double> Creates(ServerProcess server)
    {
        var clients = Enumerable.Range(0, Clients).Select(_ => new Client(server.Address)).ToList();
        using var stop = new CancellationTokenSource(Turn);
        await Task.WhenAll(clients.Select(client => client.Create(stop.Token)));
        var count = clients.Sum(client => client.Times.Count);
        clients.ForEach(client => client.Dispose());
        return count / Turn.TotalSeconds;
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
