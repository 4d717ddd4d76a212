using System.Globalization;

namespace OneTimeSecret.Benchmarks.Load;

/// <summary>
/// What the audit trail costs a create: the same load against two servers, one with it and one without, in short turns, so that what else
/// the machine and its disk do meets both alike.
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
            // Who is first changes, because the disk is slower behind a turn of writing.
            var first = await Creates(i % 2 == 0 ? with : without);
            var second = await Creates(i % 2 == 0 ? without : with);
            rounds.Add(i % 2 == 0 ? (first, second) : (second, first));
        }
        var ratios = rounds.Select(round => round.On / round.Off).Order().ToList();
        Say($"{rounds.Average(round => round.On):F0} creates/s with the trail, {rounds.Average(round => round.Off):F0} without");
        Say($"with / without: {rounds.Sum(round => round.On) / rounds.Sum(round => round.Off):F3} of all that were created");
        Say($"in {Rounds} rounds a median of {ratios[Rounds / 2]:F3}, half of them {ratios[Rounds / 4]:F3} to {ratios[Rounds * 3 / 4]:F3}");
    }

    /// <summary>Creates in a second.</summary>
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
