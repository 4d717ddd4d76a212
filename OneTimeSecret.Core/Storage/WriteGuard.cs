using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// Rejects every statement that changes rows outside a <see cref="WriteTransaction"/>. The acts and tallies of such a write would be
/// lost, and no lock would protect its preconditions. It also marks writes that an older copy of the database would undo, so that they
/// raise the generation (docs/adr/0014). No verb has to remember that: every change counts, except those that are listed here.
/// </summary>
internal sealed partial class WriteGuard : DbCommandInterceptor
{
    /// <summary>Tables without secrets and credentials. No change of them would be missed in an older copy.</summary>
    internal static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "AuditAnchors", "AuditEvents", "Clocks", "DayCounts", "Generations", "JobRuns", "KeyChecks", "SignInTries",
    };

    /// <summary>Tables to which adding rows is harmless: an older copy lacks them, so it lets nobody do anything.</summary>
    internal static readonly HashSet<string> HarmlessToAdd = new(StringComparer.Ordinal)
    {
        "DataProtectionKeys", "KeptAnswers", "Mails", "Outbox", "Receipts", "Secrets", "Sessions",
    };

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

    public override int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
    {
        if (result > 0) // a guarded statement that changed no row undoes nothing
            Mark(command, eventData);
        return result;
    }

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(NonQueryExecuted(command, eventData, result));

    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Check(command, eventData);
        Mark(command, eventData);
        return result;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        Check(command, eventData);
        Mark(command, eventData);
        return ValueTask.FromResult(result);
    }

    private static void Check(DbCommand command, CommandEventData eventData)
    {
        if (eventData is { Context: OtsDbContext { Write: null }, CommandSource: not CommandSource.Migrations }
            && Changes(command.CommandText))
            throw new InvalidOperationException("Rows may only be changed through WriteTransaction (docs/adr/0011).");
    }

    private static void Mark(DbCommand command, CommandEventData eventData)
    {
        if (eventData is { Context: OtsDbContext { Write: { Raises: false } write } } && Raises(command.CommandText))
            write.Raises = true;
    }

    /// <summary>Whether an older copy of the database would undo what the statement changes. True if that is not known.</summary>
    internal static bool Raises(string statement)
    {
        if (!Changes(statement))
            return false;
        var changes = Change().Matches(statement);
        return changes.Count == 0 || changes.Any(change =>
            !Harmless.Contains(change.Groups["table"].Value)
            && !(change.Groups["verb"].Value is "INSERT INTO" && HarmlessToAdd.Contains(change.Groups["table"].Value)));
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

    [GeneratedRegex(
        "\\b(?<verb>INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\\s+\"(?<table>\\w+)\"",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Change();
}
