using System.Text.RegularExpressions;
using static System.StringComparison;

namespace OneTimeSecret.Tests;

/// <summary>
/// Folders are the rooms of the house, and arrows between them point down: a folder that uses another imports its namespace, and one inside
/// another sees that one by itself. Imports that are not needed do not compile (IDE0005), so the imports are the arrows.
/// </summary>
public sealed partial class FolderTests(ITestOutputHelper output)
{
    /// <summary>Arrows that point up, each with its reason. They are left out before cycles are looked for.</summary>
    private static readonly Dictionary<string, string> Listed = new(StringComparer.Ordinal)
    {
        ["Storage -> Actors"] = "ASP.NET Core Identity derives the context from the type of an account",
        ["Storage -> Audit"] = "a write transaction ends by writing down its acts; the data folder keeps the head of the trail",
        ["Storage -> Statistics"] = "a write transaction ends by adding up its tallies",
        ["Storage -> Storage/Sqlite"] = "the one switch that chooses the engine",
    };

    /// <summary>They compose all rooms; a request, or a start, goes from them into every one.</summary>
    private static readonly string[] Composition = ["CoreSetup.cs", "OpenDatabase.cs"];

    [Fact]
    public void Folders_of_Core_form_no_cycle_but_for_the_arrows_that_are_listed()
    {
        var arrows = Arrows("OneTimeSecret.Core", Composition);
        foreach (var room in arrows.GroupBy(arrow => arrow.From, StringComparer.Ordinal).OrderBy(room => room.Key, StringComparer.Ordinal))
            output.WriteLine($"{room.Key} -> {string.Join(", ", room.Select(arrow => arrow.To).Order(StringComparer.Ordinal))}");
        // One that has gone is listed no longer.
        Assert.Empty(Listed.Keys.Except(arrows.Select(arrow => arrow.ToString()), StringComparer.Ordinal));
        Assert.Empty(Cycles(arrows.Where(arrow => !Listed.ContainsKey(arrow.ToString()))));
    }

    [Fact]
    public void A_cycle_is_found_however_long_it_is()
    {
        Arrow[] line = [new("a", "b"), new("b", "c"), new("c", "d"), new("a", "d")];
        Assert.Empty(Cycles(line));
        Assert.Equal(["b -> c", "c -> d", "d -> b"], Cycles([.. line, new("d", "b")]));
    }

    [Fact]
    public void No_folder_of_Core_holds_more_than_25_files() =>
        Assert.All(
            Sources.In("OneTimeSecret.Core").CountBy(file => Path.GetDirectoryName(file)!, StringComparer.Ordinal),
            folder => Assert.True(folder.Value <= 25, $"{folder.Key} holds {folder.Value} files"));

    [Fact]
    public void Every_verb_of_Core_has_a_test_file_of_its_name()
    {
        var (core, tests) = (Sources.Folder("OneTimeSecret.Core"), Sources.Folder("OneTimeSecret.Tests"));
        var verbs = Sources.In("OneTimeSecret.Core").Where(IsVerb).ToList();
        Assert.Contains("ConcealSecret", verbs.Select(Path.GetFileNameWithoutExtension), StringComparer.Ordinal);
        List<string> missing = [.. verbs
            .Select(verb => Path.ChangeExtension(Path.GetRelativePath(core, verb), null) + "Tests.cs")
            .Where(file => !File.Exists(Path.Combine(tests, file)))];
        Assert.Empty(missing);
    }

    /// <summary>The arrows of every cycle: what is left when those from and to dead ends are taken away, again and again.</summary>
    private static List<string> Cycles(IEnumerable<Arrow> arrows)
    {
        var left = arrows.ToList();
        while (left.RemoveAll(
            arrow => !left.Exists(other => Same(other.To, arrow.From)) || !left.Exists(other => Same(other.From, arrow.To))) > 0)
        {
            // Until nothing goes any more.
        }
        return [.. left.Select(arrow => arrow.ToString()).Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether a file holds a verb: a public class of its name with a method <c>Run</c> that others call.</summary>
    private static bool IsVerb(string file)
    {
        var text = File.ReadAllText(file);
        return PublicClass().Matches(text).Any(found => Same(found.Groups["name"].Value, Path.GetFileNameWithoutExtension(file)))
            && MethodRun().IsMatch(text);
    }

    private static bool Same(string a, string b) => string.Equals(a, b, Ordinal);

    private static List<Arrow> Arrows(string project, string[] composition)
    {
        var root = Sources.Folder(project);
        var files = Sources.In(project).Where(file => !composition.Contains(Path.GetFileName(file), StringComparer.Ordinal)).ToList();
        var rooms = files.Select(file => Room(root, file)).ToHashSet(StringComparer.Ordinal);
        var imports = files.SelectMany(file => Import().Matches(File.ReadAllText(file))
            .Where(import => Same(import.Groups["project"].Value, project))
            .Select(import => new Arrow(Room(root, file), import.Groups["room"].Value.TrimStart('.').Replace('.', '/'))));
        var inside = rooms.SelectMany(room => rooms
            .Where(outer => room.StartsWith(outer + "/", Ordinal)).Select(outer => new Arrow(room, outer)));
        return [.. imports.Concat(inside).Where(arrow => !Same(arrow.From, arrow.To)).Distinct()];
    }

    private static string Room(string root, string file) =>
        Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '/');

    [GeneratedRegex(
        @"^@?using (static )?(?<project>OneTimeSecret\.\w+)(?<room>[\w.]*);?\r?$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Import();

    [GeneratedRegex(@"^public sealed (partial )?class (?<name>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex PublicClass();

    [GeneratedRegex(@"^    (public|internal) [^=;\r\n]*\bRun(<\w+>)?\(", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex MethodRun();

    private sealed record Arrow(string From, string To)
    {
        public override string ToString() => $"{From} -> {To}";
    }
}
