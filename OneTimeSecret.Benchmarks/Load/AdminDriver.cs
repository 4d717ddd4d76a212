using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Oversight;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Benchmarks.Load;

/// <summary>Measures the administrators' pages and the queries of the overview with a very large database.</summary>
internal static class AdminDriver
{
    private const int Receipts = 1_000_000;
    private const int AuditRows = 2_000_000;
    private const int Batch = 20_000;
    private const int Visits = 20;
    private const string Email = "admin@example.com";
    private const string Password = "a long enough password";

    private static readonly string[] Pages =
    [
        "/admin", "/admin/receipts", "/admin/receipts?by=Owner&search=admin%40example.com",
        "/admin/receipts?by=Recipient&search=anna%40example.com", "/admin/receipts?search=abcd1234", "/admin/receipts?search=ab",
        "/admin/receipts?until=2026-01-01", "/admin/accounts", "/admin/accounts?search=ad", "/admin/clients", "/admin/mail", "/admin/jobs",
        "/admin/audit", "/admin/audit?kind=SecretDestroyed", "/admin/audit?kind=SecretCreated", "/admin/audit?search=admin%40example.com",
        "/admin/audit?search=abcd1234", "/admin/audit?until=2026-01-01", "/admin/banner", "/admin/settings",
    ];

    public static async Task Run()
    {
        await using var server = await InProcess.Start("--Limits:Enabled=false", "--Jobs:PurgeSeconds=86400");
        await using var scope = server.Services.CreateAsyncScope();
        var account = await scope.ServiceProvider.GetRequiredService<AddAccount>().Run(Email, Password);
        await scope.ServiceProvider.GetRequiredService<GrantAdmin>().Run(Email, CancellationToken.None);
        var start = Stopwatch.GetTimestamp();
        await Fill(server.Services, account.Id);
        Say($"filled in {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s: {Receipts} receipts, {AuditRows} rows of the audit trail");

        using var http = new HttpClient { BaseAddress = server.Address };
        await SignInForm.Send(http, Email, Password);
        var longest = 0.0;
        foreach (var path in Pages)
            longest = Math.Max(longest, await Visit(http, path));
        Say($"longest of all: {longest:F1} ms (target: at most 500 ms)");

        var overview = server.Services.GetRequiredService<ReadOverview>();
        var latest = server.Services.GetRequiredService<BrowseAllReceipts>();
        await Measure("figures of the overview (target: at most 5 ms)", () => overview.Run(CancellationToken.None));
        await Measure("latest receipts of the overview", () => latest.Run(new AllReceiptsQuery(Size: 10), CancellationToken.None));
        start = Stopwatch.GetTimestamp();
        var report = await server.Services.GetRequiredService<VerifyAudit>().Run(null, _ => { }, CancellationToken.None);
        Say($"verified {report.Verified} rows in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s, flaw: {report.Flaw}");
    }

    private static async Task Fill(IServiceProvider services, Guid owner)
    {
        var (contexts, chain) = (services.GetRequiredService<IDbContextFactory<OtsDbContext>>(), services.GetRequiredService<AuditChain>());
        for (var i = 0; i < Receipts; i += Batch)
        {
            await using var db = await contexts.CreateDbContextAsync();
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO Receipts (Id, OwnerId, Adopted, Kind, State, Created, Updated, Ttl, SecretExpires, Expires, HasPassphrase,
                    Recipients, RecipientHash, ShareDomain)
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Batch})
                SELECT randomblob(32), CASE WHEN i % 2 = 0 THEN {owner} END, 0, 0, i % 4, (unixepoch() - {Receipts} + {i} + i) * 1000,
                    unixepoch() * 1000, 604800, (unixepoch() + 604800) * 1000, (unixepoch() + 1209600) * 1000, 0, '[]',
                    CASE WHEN i % 10 = 0 THEN randomblob(32) END, '' FROM n
                """);
        }
        await using (var db = await contexts.CreateDbContextAsync())
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO Secrets (Id, ReceiptId, Box, Expires)
                SELECT randomblob(32), Id, randomblob(200), SecretExpires FROM Receipts WHERE State = 0
                """);
        for (var i = 0; i < AuditRows; i += Batch)
        {
            await using var db = await contexts.CreateDbContextAsync();
            await using var transaction = await db.Database.BeginTransactionAsync();
            var acts = Enumerable.Range(i, Batch).Select(n => new Act(
                n % 2 == 0 ? AuditKind.SecretCreated : AuditKind.SecretRevealed, n % 3 == 0 ? AuditActor.Account : AuditActor.Anybody,
                n % 3 == 0 ? owner : null, "192.0.2.1")
            {
                Subject = (n * 2654435761L % uint.MaxValue).ToString("x8", CultureInfo.InvariantCulture),
            });
            var time = DateTimeOffset.UnixEpoch.AddDays(20_400).AddSeconds(i);
            await Core.Audit.AuditRows.Add(db, chain.Next(await AuditChain.End(db), acts, time));
            await transaction.CommitAsync();
        }
    }

    private static async Task<double> Visit(HttpClient http, string path)
    {
        var (times, first) = (new List<double>(), 0.0);
        for (var i = 0; i < Visits; i++)
        {
            var start = Stopwatch.GetTimestamp();
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            first = i == 0 ? times[0] : first;
        }
        Say($"{path}: median {times.Order().ElementAt(Visits / 2):F1} ms, longest {times.Max():F1} ms, first {first:F1} ms");
        return times.Max();
    }

    private static async Task Measure<T>(string name, Func<Task<T>> run)
    {
        var times = new List<double>();
        for (var i = 0; i < 200; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await run();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        Say($"{name}: median {times.Order().ElementAt(100):F2} ms, 95th percentile {times.Order().ElementAt(190):F2} ms");
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
