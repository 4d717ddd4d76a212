using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace OneTimeSecret.Benchmarks.Load;

/// <summary>
/// Lets many secrets expire at once while clients create and reveal, and prints how much slower these clients are than just before. Then
/// purges repeatedly without clients, because their receipts would stay in the file, and prints the size of the file, which must not grow.
/// </summary>
internal static class PurgeDriver
{
    private const int Dead = 100_000;
    private const int Clients = 50;
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(15);

    public static async Task Run(int rounds)
    {
        await using (var server = await ServerProcess.Start("--Jobs:PurgeSeconds=1"))
        {
            await Measure(server, () => Task.Delay(TimeSpan.FromSeconds(5))); // warms up
            for (var round = 1; round <= 3; round++)
                await PurgeUnderLoad(server, round);
        }
        await using (var server = await ServerProcess.Start("--Jobs:PurgeSeconds=1"))
            for (var round = 1; round <= rounds; round++)
                await PurgeAlone(server, round);
    }

    private static async Task PurgeUnderLoad(ServerProcess server, int round)
    {
        var end = Now() + (long)(Calm + TimeSpan.FromSeconds(20)).TotalMilliseconds;
        await Fill(server, end, receipts: end + (long)TimeSpan.FromDays(1).TotalMilliseconds);
        var before = await Measure(server, () => Task.Delay(Calm));
        await Until(() => Task.FromResult(Now() >= end - 200));
        var watch = Stopwatch.StartNew();
        var during = await Measure(server, () => Until(async () => await Left(server, "Secrets", end) == 0));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Clients} clients, round {round}: {Dead} purged in {watch.Elapsed.TotalSeconds:F1} s; "
            + $"p99 {before.P99:F1} ms before, {during.P99:F1} ms during: {during.P99 / before.P99:F2} (target: at most 2); "
            + $"p50 {before.P50:F1} and {during.P50:F1} ms; {before.Rate:F0} and {during.Rate:F0} calls/s"));
    }

    private static async Task PurgeAlone(ServerProcess server, int round)
    {
        var end = Now();
        var watch = Stopwatch.StartNew();
        await Fill(server, end, receipts: end);
        var filled = watch.Elapsed;
        await Until(async () => await Left(server, "Secrets", end) + await Left(server, "Receipts", end) == 0);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"alone, round {round}: {Dead} secrets and receipts purged in {(watch.Elapsed - filled).TotalSeconds:F1} s; "
            + $"file {new FileInfo(Database(server)).Length / 1e6:F1} MB"));
    }

    private static async Task<(double P50, double P99, double Rate)> Measure(ServerProcess server, Func<Task> phase)
    {
        using var stop = new CancellationTokenSource();
        var watch = Stopwatch.StartNew();
        var clients = Enumerable.Range(0, Clients).Select(_ => new Client(server.Address)).ToList();
        var work = clients.ConvertAll(client => Task.Run(() => client.CreateAndReveal(stop.Token)));
        await phase();
        await stop.CancelAsync();
        await Task.WhenAll(work);
        var times = clients.SelectMany(client => client.Times).Order().ToList();
        clients.ForEach(client => client.Dispose());
        return (times[times.Count / 2], times[times.Count * 99 / 100], times.Count / watch.Elapsed.TotalSeconds);
    }

    /// <summary>Inserts the rows that concealing would write: secrets of a few hundred bytes, each with its receipt.</summary>
    private static async Task Fill(ServerProcess server, long expires, long receipts)
    {
        await using var connection = await Open(server);
        await using var transaction = connection.BeginTransaction();
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            INSERT INTO Secrets (Id, ReceiptId, Box, Expires) VALUES ($secret, $receipt, $box, $expires);
            INSERT INTO Receipts (Id, OwnerId, Kind, State, Created, Updated, Ttl, SecretExpires, Expires, HasPassphrase, Recipients,
                ShareDomain, SealedSecretKey)
            VALUES ($receipt, NULL, 0, 0, $created, $created, 60, $expires, $receipts, 0, '[]', '', $key);
            """;
        command.Parameters.AddWithValue("$expires", expires);
        command.Parameters.AddWithValue("$receipts", receipts);
        command.Parameters.AddWithValue("$created", expires - 60_000);
        foreach (var name in (string[])["$secret", "$receipt", "$box", "$key"])
            command.Parameters.Add(name, SqliteType.Blob);
        for (var i = 0; i < Dead; i++)
        {
            command.Parameters["$secret"].Value = RandomNumberGenerator.GetBytes(32);
            command.Parameters["$receipt"].Value = RandomNumberGenerator.GetBytes(32);
            command.Parameters["$box"].Value = RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(100, 500));
            command.Parameters["$key"].Value = RandomNumberGenerator.GetBytes(67);
            await command.ExecuteNonQueryAsync();
        }
        await transaction.CommitAsync();
    }

    private static async Task<long> Left(ServerProcess server, string table, long expires)
    {
        await using var connection = await Open(server);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT EXISTS (SELECT 1 FROM {table} WHERE Expires = $expires)";
        command.Parameters.AddWithValue("$expires", expires);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<SqliteConnection> Open(ServerProcess server)
    {
        var connection = new SqliteConnection($"Data Source={Database(server)};Pooling=False");
        await connection.OpenAsync();
        return connection;
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        while (!await condition())
            await Task.Delay(100);
    }

    private static string Database(ServerProcess server) => Path.Combine(server.DataFolder, "onetimesecret.db");

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
