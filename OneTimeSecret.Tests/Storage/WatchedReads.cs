using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Storage.Sqlite;
using SQLitePCL;

namespace OneTimeSecret.Tests.Storage;

/// <summary>How SQLite carries out what one server reads: the plan of each statement, and the steps that its machine really took.</summary>
internal sealed class WatchedReads : DbCommandInterceptor
{
    private const int StepsATime = 100;

    private readonly Lock _reading = new();
    private long _steps;

    /// <summary>The plans of what was read last, a line for each step.</summary>
    public List<string[]> Plans { get; } = [];

    /// <summary>The steps of the virtual machine, all statements together, to the hundred.</summary>
    public long Steps => Interlocked.Read(ref _steps);

    /// <summary>Steps that go through a whole table; what a statement has narrowed and limited before is none.</summary>
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

    /// <summary>What SQLite says that it will do.</summary>
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
        return 0; // go on
    }
}
