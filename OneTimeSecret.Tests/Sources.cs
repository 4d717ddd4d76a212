using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace OneTimeSecret.Tests;

/// <summary>The source files of the solution, without generated ones.</summary>
internal static partial class Sources
{
    /// <summary>All C# and Razor files below folders of the solution.</summary>
    public static IEnumerable<string> In(params string[] folders) => folders
        .SelectMany(folder => Directory.EnumerateFiles(Folder(folder), "*", SearchOption.AllDirectories))
        .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".razor", StringComparison.Ordinal))
        .Where(file => !Made().IsMatch(file));

    /// <summary>A folder of the solution.</summary>
    public static string Folder(string name) => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", name));

    private static string Here([CallerFilePath] string here = "") => here;

    [GeneratedRegex("/(bin|obj|Migrations)/", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Made();
}
