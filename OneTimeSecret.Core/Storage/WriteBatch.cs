using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// Commits operations in one transaction, and deals with a full disk. A write that fails because the disk is full was rolled back, and so
/// it may run again: once, after the reserve made room, one operation at a time with an empty log before each. After every other fault
/// of the engine the outcome is unknown, as after a failed sync, and nothing runs again: a claim that happened must not happen twice.
/// </summary>
public sealed class WriteBatch(
    IDbContextFactory<OtsDbContext> contexts, RecordActs record, Leftovers leftovers, StorageRoom room, TimeProvider time,
    ILogger<WriteBatch> log)
{
    private const int LeastFairSize = 8;

    /// <summary>
    /// For how many operations a batch runs about as long as its sync to disk takes. Whoever comes next waits for the whole batch, and
    /// larger ones gain little.
    /// </summary>
    internal int FairSize { get; private set; } = int.MaxValue;

    /// <summary>Gives every operation its outcome.</summary>
    internal async Task Commit(IReadOnlyList<WriteOperation> operations)
    {
        var fault = await TryCommit(operations);
        if (fault is not null && EngineFault.IsDiskFull(fault))
            await CommitEach([.. operations.Where(operation => !operation.IsDone)]);
        else if (fault is not null)
        {
            // For the next writes.
            room.FreeReserveIfFull();
            await using var db = await contexts.CreateDbContextAsync();
            db.DropConnections();
            foreach (var operation in operations)
                operation.Fail(fault);
        }
    }

    private async Task CommitEach(List<WriteOperation> operations)
    {
        room.FreeReserve();
        foreach (var operation in operations)
        {
            await EmptyLog(); // a delete writes as much as it deletes
            if (await TryCommit([operation]) is { } fault)
                operation.Fail(fault);
        }
        await EmptyLog();
    }

    /// <summary>Commits the operations and completes them.</summary>
    /// <returns>The fault after which nothing is committed, or its outcome is unknown. Null: committed.</returns>
    private async Task<Exception?> TryCommit(IReadOnlyList<WriteOperation> operations)
    {
        try
        {
            await using var scope = await WriteScope.Begin(contexts, CancellationToken.None);
            var start = time.GetTimestamp();
            foreach (var operation in operations)
                if (await scope.TryRun(operation.Run) is { } failure)
                    operation.Fail(failure);
            await scope.Record(record);
            var recorded = time.GetTimestamp();
            await scope.Commit(leftovers, log);
            var running = time.GetElapsedTime(start, recorded) / operations.Count;
            if (running > TimeSpan.Zero)
                FairSize = Math.Max(LeastFairSize, (int)(time.GetElapsedTime(recorded) / running));
        }
        catch (Exception fault)
        {
            return fault;
        }
        foreach (var operation in operations)
            operation.Complete();
        return null;
    }

    private async Task EmptyLog()
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync();
            await db.EmptyLog(CancellationToken.None);
        }
        catch (Exception fault) when (EngineFault.Is(fault))
        {
            log.LogError(fault, "The write-ahead log could not be emptied on a full disk");
        }
    }
}
