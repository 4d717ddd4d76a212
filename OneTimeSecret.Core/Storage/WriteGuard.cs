using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// Rejects every statement that changes rows outside a <see cref="WriteTransaction"/>. The acts and tallies of such a write would be
/// lost, and no lock would protect its preconditions.
/// </summary>
internal sealed class WriteGuard : DbCommandInterceptor
{
    public override InterceptionResult<int> NonQueryExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        Check(command, eventData);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Check(command, eventData);
        return ValueTask.FromResult(result);
    }

    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Check(command, eventData);
        return result;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        Check(command, eventData);
        return ValueTask.FromResult(result);
    }

    private static void Check(DbCommand command, CommandEventData eventData)
    {
        if (eventData is { Context: OtsDbContext { Write: null }, CommandSource: not CommandSource.Migrations }
            && Changes(command.CommandText))
            throw new InvalidOperationException("Rows may only be changed through WriteTransaction (docs/adr/0011).");
    }

    /// <summary>Whether a statement changes rows. Comments (<c>TagWith</c>) or a WITH clause may precede its keyword.</summary>
    private static bool Changes(string statement)
    {
        var text = statement.AsSpan().TrimStart();
        while (text.StartsWith("--", StringComparison.Ordinal))
            text = text[(text.IndexOf('\n') is var end and >= 0 ? end : text.Length - 1)..][1..].TrimStart();
        foreach (var word in new[] { "INSERT", "UPDATE", "DELETE", "REPLACE" })
            if (text.StartsWith(word, StringComparison.OrdinalIgnoreCase)
                || (text.StartsWith("WITH", StringComparison.OrdinalIgnoreCase) && text.Contains(word, StringComparison.OrdinalIgnoreCase)))
                return true;
        return false;
    }
}
