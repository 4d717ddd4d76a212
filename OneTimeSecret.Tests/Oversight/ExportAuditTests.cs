using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Oversight;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Audit;

namespace OneTimeSecret.Tests.Oversight;

/// <summary>The audit trail, exported as lines of JSON.</summary>
public sealed class ExportAuditTests
{
    [Fact]
    public async Task Each_row_is_exported_as_one_line_with_all_its_fields()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        var target = await server.AddAccount("target@example.com");
        await server.Get<SuspendAccount>().Run(admin, target.Id, "sends \"spam\"\u2028 <b>", CancellationToken.None);
        await server.Act(1100); // more than are read at once
        var (lines, rows) = (await Lines(server), await server.Trail());
        Assert.Equal(rows.Count, lines.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            var (line, row) = (lines[i], rows[i]);
            Assert.Equal(
                (row.Sequence, row.Time, row.Kind.ToString(), row.Actor.ToString(), row.Result.ToString(), row.Count),
                (line.GetProperty("sequence").GetInt64(), line.GetProperty("time").GetDateTimeOffset(), Text("kind"), Text("actor"),
                    Text("result"), line.GetProperty("count").GetInt32()));
            Assert.Equal(
                (row.AccountId?.ToString(), row.Client, row.Subject, row.Detail),
                (Text("account"), Text("client"), Text("subject"), Text("detail")));
            Assert.Equal(Convert.ToHexStringLower(row.Mac), Text("mac"));
            Assert.Equal(11, line.EnumerateObject().Count());

            string? Text(string name) => line.GetProperty(name).GetString();
        }
        Assert.Contains(rows, row => row.Kind == AuditKind.AccountSuspended && row.Detail!.Contains("\"spam\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Export_contains_the_record_of_the_export_itself()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        Assert.Equal(AdminOutcome.Done, await server.Get<ExportAudit>().Begin(admin, CancellationToken.None));
        var last = (await Lines(server))[^1];
        Assert.Equal("AuditExported", last.GetProperty("kind").GetString());
        Assert.Equal(admin.Account!.Id.ToString(), last.GetProperty("account").GetString());
    }

    [Fact]
    public async Task Unreadable_rows_are_marked_and_do_not_end_the_export()
    {
        await using var server = await RunningServer.Start();
        await server.Act(6);
        await server.Tamper(db => db.Database.ExecuteSqlAsync(
            $"UPDATE AuditEvents SET AccountId = 'nobody' WHERE Sequence IN (2, 3, 6)"));
        var lines = await Lines(server);
        Assert.Equal([1, 2, 3, 4, 5, 6], lines.Select(line => line.GetProperty("sequence").GetInt64()));
        Assert.Equal(
            [2, 3, 6],
            lines.Where(line => line.TryGetProperty("unreadable", out var unreadable) && unreadable.GetBoolean())
                .Select(line => line.GetProperty("sequence").GetInt64()));
        Assert.Equal("SecretCreated", lines[4].GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Export_of_an_empty_trail_is_empty()
    {
        await using var server = await RunningServer.Start();
        Assert.Empty(await Lines(server));
    }

    private static async Task<List<JsonElement>> Lines(RunningServer server)
    {
        using var stream = new MemoryStream();
        await server.Get<ExportAudit>().Write(stream, CancellationToken.None);
        var text = Encoding.UTF8.GetString(stream.ToArray());
        Assert.True(text.Length == 0 || text.EndsWith('\n'));
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }
}
