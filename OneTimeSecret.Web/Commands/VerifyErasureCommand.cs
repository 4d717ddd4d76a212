using System.CommandLine;
using System.Globalization;
using OneTimeSecret.Core.Erasure;

namespace OneTimeSecret.Web.Commands;

/// <summary><c>verify-erasure</c>: looks for leftovers in the raw files; its exit code is for scripts (docs/erasure.md).</summary>
internal static class VerifyErasureCommand
{
    /// <summary>Something was found. 1 says that a verb could not do its work.</summary>
    private const int Found = 2;

    public static Command Create() => Verb.Create(
        "verify-erasure", "Look into the raw files for what deleted secrets left; exit code 2 when there is something.",
        command => command.Answers<VerifyErasure>(async (verify, _, cancellation) =>
        {
            var report = await verify.Run(cancellation);
            foreach (var (file, leftover) in report.Files)
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{Name(file)}: {leftover.Boxes} dead boxes, {leftover.Pieces} pieces"));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"pages: {report.Pages} in all, {report.FreePages} free, {report.DirtyPages} dirty"));
            Console.WriteLine($"last erasure ended: {Time(report.LastErased) ?? "never"}");
            Console.WriteLine($"oldest delete since it began: {Time(report.OldestDelete) ?? "none"}");
            Console.WriteLine(report.IsClean
                ? "Nothing of deleted secrets is in the files."
                : "Deleted secrets have left something. Run again in a minute; pieces go when the server scrubs, in quiet times.");
            return report.IsClean ? 0 : Found;
        }));

    private static string Name(DatabaseFile file) => file switch
    {
        DatabaseFile.Database => "database",
        DatabaseFile.Wal => "write-ahead log",
        _ => "journal",
    };

    private static string? Time(DateTimeOffset? time) =>
        time?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
