using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Storage.Sqlite;
using SQLitePCL;

namespace OneTimeSecret.Tests.Storage;

/// <summary>Records how SQLite executes the reads of one server: query plans, and steps of the virtual machine.</summary>
internal sealed class WatchedReads : DbCommandInterceptor
{
    private const int StepsATime = 100;

    private readonly Lock _reading = new();
    private long _steps;

    /// <summary>The query plans since <see cref="Forget"/>, one line for each step.</summary>
    public List<string[]> Plans { get; } = [];

    /// <summary>The steps of the virtual machine for all statements since <see cref="Forget"/>, counted in hundreds.</summary>
    public long Steps => Interlocked.Read(ref _steps);

    /// <summary>Plan steps that scan a whole table. Scans of a co-routine do not count, because its rows are already limited.</summary>
    public IEnumerable<string> Scans => Plans.SelectMany(plan => plan.Where(step =>
        step.StartsWith("SCAN", StringComparison.Ordinal) && !plan.Contains($"CO-ROUTINE {step.Split(' ')[1]}", StringComparer.Ordinal)));

    public void Attach(WebApplicationBuilder builder) =>
        builder.Services.ConfigureDbContext<SqliteOtsDbContext>(options => options.AddInterceptors(this));

    public void Forget()
    {
        lock (_reading)
            Plans.Clear();
        Interlocked.Exchange(ref _steps, 0);
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        lock (_reading)
            Plans.Add(Plan(command));
        raw.sqlite3_progress_handler(((SqliteConnection)command.Connection!).Handle, StepsATime, Count, null);
        return ValueTask.FromResult(result);
    }

    /// <summary>The query plan of a command, one line for each step.</summary>
    public static string[] Plan(DbCommand command)
    {
        using var explain = command.Connection!.CreateCommand();
        explain.Transaction = command.Transaction;
        explain.CommandText = "EXPLAIN QUERY PLAN " + command.CommandText;
        foreach (DbParameter parameter in command.Parameters)
        {
            var copy = explain.CreateParameter();
            (copy.ParameterName, copy.Value) = (parameter.ParameterName, parameter.Value);
            explain.Parameters.Add(copy);
        }
        var steps = new List<string>();
        using var plan = explain.ExecuteReader();
        while (plan.Read())
            steps.Add(plan.GetString(3));
        return [.. steps];
    }

    private int Count(object data)
    {
        Interlocked.Add(ref _steps, StepsATime);
        return 0; // continue
    }
}
