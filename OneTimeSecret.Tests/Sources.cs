using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace OneTimeSecret.Tests;

/// <summary>The source files of the product, without what tools make.</summary>
internal static partial class Sources
{
    /// <summary>All C# and Razor files below folders of the solution.</summary>
    public static IEnumerable<string> In(params string[] folders) => folders
        .SelectMany(folder => Directory.EnumerateFiles(Folder(folder), "*", SearchOption.AllDirectories))
        .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".razor", StringComparison.Ordinal))
        .Where(file => !Made().IsMatch(file));

    /// <summary>A folder of the solution.</summary>
    public static string Folder(string name, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", name));

    [GeneratedRegex("/(bin|obj|Migrations)/", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Made();
}
