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
    private static readonly TimeSpan ShortestFairTime = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan LongestFairTime = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// How long the operations of a batch may run: about as long as its sync to disk takes. Whoever comes next waits for both, and longer
    /// batches gain little.
    /// </summary>
    private TimeSpan _fairTime = ShortestFairTime;

    /// <summary>Takes operations as long as a batch may run, commits them and gives every one its outcome.</summary>
    /// <param name="waiting">The operations that wait, in the order of their turns. Each is asked for when the one before has run.</param>
    /// <returns>Whether there was an operation.</returns>
    internal async Task<bool> Commit(IEnumerable<WriteOperation> waiting)
    {
        using var more = waiting.GetEnumerator();
        if (!more.MoveNext())
            return false;
        List<WriteOperation> operations = [more.Current];
        if (await TryCommit(operations, more) is not { } fault)
            return true;
        try
        {
            if (EngineFault.IsDiskFull(fault))
                await CommitEach([.. operations.Where(operation => !operation.IsDone)]);
            else
                await PrepareNext(operations, more);
        }
        catch (Exception other)
        {
            log.LogError(other, "After a failed write, the server could not prepare for the next one");
        }
        foreach (var operation in operations)
            operation.Fail(fault); // whoever has no outcome yet
        return true;
    }

    /// <summary>
    /// Prepares for the next writes, and adds those that waited meanwhile to the ones that fail. If each found out alone that the database
    /// is locked, the last would wait for very long.
    /// </summary>
    private async Task PrepareNext(List<WriteOperation> operations, IEnumerator<WriteOperation> more)
    {
        while (more.MoveNext())
            operations.Add(more.Current);
        room.FreeReserveIfFull();
        await using var db = await contexts.CreateDbContextAsync();
        db.DropConnections();
    }

    private async Task CommitEach(List<WriteOperation> operations)
    {
        room.FreeReserve();
        foreach (var operation in operations)
        {
            await EmptyLog(); // a delete writes as much as it deletes
            if (await TryCommit([operation], more: null) is { } fault)
                operation.Fail(fault);
        }
        await EmptyLog();
    }

    /// <summary>Runs the operations, and more as long as the time lasts, commits and completes them.</summary>
    /// <returns>The fault after which nothing is committed, or its outcome is unknown. Null: committed.</returns>
    private async Task<Exception?> TryCommit(List<WriteOperation> operations, IEnumerator<WriteOperation>? more)
    {
        try
        {
            await using var scope = await WriteScope.Begin(contexts, CancellationToken.None);
            var start = time.GetTimestamp();
            for (var i = 0; i < operations.Count; i++)
            {
                if (await scope.TryRun(operations[i].Run) is { } failure)
                    operations[i].Fail(failure);
                if (i == operations.Count - 1 && time.GetElapsedTime(start) < _fairTime && more?.MoveNext() is true)
                    operations.Add(more.Current);
            }
            await scope.Record(record);
            start = time.GetTimestamp();
            await scope.Commit(leftovers, log);
            var sync = time.GetElapsedTime(start);
            _fairTime = sync < ShortestFairTime ? ShortestFairTime : sync > LongestFairTime ? LongestFairTime : sync;
        }
        catch (Exception fault)
        {
            return fault;
        }
        foreach (var operation in operations)
            operation.Complete();
        return null;
    }

    /// <summary>Empties the write-ahead log, so that it holds no deleted rows. A fault is only logged.</summary>
    internal async Task EmptyLog()
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync();
            await db.EmptyLog(CancellationToken.None);
        }
        catch (Exception fault) when (EngineFault.Is(fault))
        {
            log.LogError(fault, "The write-ahead log could not be emptied");
        }
    }
}
