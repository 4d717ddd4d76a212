namespace OneTimeSecret.Core.Generations;

/// <summary>The database is, or may be, an older copy. It is neither served nor changed until the operator decides.</summary>
public sealed class RestoredCopyException(string finding) : Exception($"{finding} {Choices}")
{
    private const string Choices =
        "Nothing is served and nothing is changed, because what was revealed, burned, revoked or changed since would work once more. If "
        + "you have the current database, put it back. Otherwise decide: `restore accept` destroys all unread secrets and ends all "
        + "sessions, tokens, links, codes, passkeys and passwords. `restore accept --revive` keeps them, and then secrets that were "
        + "revealed can be revealed again. docs/operating.md says more.";

    internal static RestoredCopyException Older(string database, string file, long found, long newest) => new(FormattableString.Invariant(
        $"The database {database} is an older copy: it has the generation {found}, and its file {file} says {newest}."));

    internal static RestoredCopyException NoFile(string database, string file) => new(
        $"The database {database} may be an older copy: its generation file {file} is missing or holds something else. If you moved the "
        + "data, move that file too.");

    internal static RestoredCopyException Foreign(string database, string file) => new(
        $"The database {database} may be an older copy: the generation file {file} belongs to another database, or to one that was "
        + "restored since. If you use that file for two servers, set Storage:GenerationFile.");
}
