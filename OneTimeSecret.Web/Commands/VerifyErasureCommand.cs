using System.CommandLine;
using System.Globalization;
using OneTimeSecret.Core.Erasure;

namespace OneTimeSecret.Web.Commands;

/// <summary><c>verify-erasure</c> searches the raw files for remains of secrets. Scripts use its exit code (docs/erasure.md).</summary>
internal static class VerifyErasureCommand
{
    /// <summary>The exit code if remains were found. Exit code 1 means that a verb failed.</summary>
    private const int Found = 2;

    public static Command Create() => Verb.Create(
        "verify-erasure", "Search the raw files for remains of deleted secrets; exit code 2 when there are any.",
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
                ? "The files contain no remains of deleted secrets."
                : "The files contain remains of deleted secrets. Run again in a minute; a scrub in a quiet minute removes pieces.");
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
