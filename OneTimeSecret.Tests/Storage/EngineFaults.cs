using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Storage.Sqlite;

namespace OneTimeSecret.Tests.Storage;

/// <summary>Makes the database of one server fail on demand, and counts its commits.</summary>
internal sealed class EngineFaults : DbTransactionInterceptor
{
    public const int DiskFull = 13; // SQLITE_FULL
    public const int SyncFailed = 1034; // SQLITE_IOERR_FSYNC
    private int _commits;

    public int Commits => Volatile.Read(ref _commits);

    /// <summary>The engine's code of the faults.</summary>
    public int Code { get; set; } = SyncFailed;

    /// <summary>Runs before each commit. Null: nothing.</summary>
    public Action? Committing { get; set; }

    /// <summary>If true, commits fail and are not executed.</summary>
    public bool CommitsFail { get; set; }

    /// <summary>If true, commits are executed and then reported as failed, as when the last sync fails.</summary>
    public bool CommitsAreUnknown { get; set; }

    /// <summary>Statements that contain this text fail. Null: none.</summary>
    public string? Failing { get; set; }

    public void Attach(WebApplicationBuilder builder) => builder.Services.ConfigureDbContext<SqliteOtsDbContext>(
        options => options.AddInterceptors(this, new Statements(this)));

    public override ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _commits);
        Committing?.Invoke();
        return CommitsFail ? throw Fault(Code) : ValueTask.FromResult(result);
    }

    public override Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) =>
        CommitsAreUnknown ? throw Fault(Code) : Task.CompletedTask;

    private static SqliteException Fault(int code) => new("a fault of the engine", code & 0xff, code);

    private sealed class Statements(EngineFaults faults) : DbCommandInterceptor
    {
        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Check(command);
            return ValueTask.FromResult(result);
        }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            Check(command);
            return ValueTask.FromResult(result);
        }

        private void Check(DbCommand command)
        {
            if (faults.Failing is { } text && command.CommandText.Contains(text, StringComparison.Ordinal))
                throw Fault(faults.Code);
        }
    }
}
