using System.Text.RegularExpressions;
using static System.StringComparison;

namespace OneTimeSecret.Tests;

/// <summary>
/// Dependencies between folders (here: arrows between rooms) form no cycle. A folder depends on each folder whose namespace it imports, and
/// on its parent folder. Unnecessary imports do not compile (IDE0005), so the imports are the dependencies.
/// A Razor file gets nearly all of its imports from _Imports.razor, which is the same for every page. So the names in it are dependencies
/// too: those of components, of other top-level types, and of extension methods. They are found as words, so a name that only happens to
/// be the same can add a false dependency.
/// </summary>
public sealed partial class FolderTests(ITestOutputHelper output)
{
    /// <summary>Dependencies that would close a cycle, each with its reason. The search for cycles ignores them.</summary>
    private static readonly Dictionary<string, string> Listed = new(StringComparer.Ordinal)
    {
        ["Storage -> Actors"] = "ASP.NET Core Identity derives the context from the type of an account",
        ["Storage -> Audit"] = "a write transaction ends by writing down its acts; the data folder keeps the head of the trail",
        ["Storage -> Statistics"] = "a write transaction ends by adding up its tallies",
        ["Storage -> Storage/Sqlite"] = "the one switch that chooses the engine",
    };

    /// <summary>Files that compose the program, and therefore depend on every folder.</summary>
    private static readonly string[] Composition = ["CoreSetup.cs", "OpenDatabase.cs"];

    /// <summary>The same for Web: the program, its pages, and the root components of Blazor.</summary>
    private static readonly string[] WebComposition =
        ["Program.cs", "Server.cs", "PagesSetup.cs", "_Imports.razor", "App.razor", "Routes.razor"];

    [Fact]
    public void Folders_of_Core_form_no_cycle_except_through_the_listed_dependencies()
    {
        var arrows = Arrows("OneTimeSecret.Core", Composition);
        Write(arrows);
        // A dependency that no longer exists must not be listed.
        Assert.Empty(Listed.Keys.Except(arrows.Select(arrow => arrow.ToString()), StringComparer.Ordinal));
        Assert.Empty(Cycles(arrows.Where(arrow => !Listed.ContainsKey(arrow.ToString()))));
    }

    [Fact]
    public void Folders_of_Web_form_no_cycle()
    {
        var arrows = Arrows("OneTimeSecret.Web", WebComposition);
        Write(arrows);
        Assert.Empty(Cycles(arrows));
    }

    [Theory]
    [InlineData("<CopyButton From=\"#codes\" />")]
    [InlineData("@attribute [Circuit, CopyButton]")]
    [InlineData("GoTo(CopyButton.Path);")]
    [InlineData("GoTo(Parts.CopyButton.Path);")]
    [InlineData("Http.Copy()")]
    [InlineData("Http.Copy<string>()")]
    public void Razor_file_depends_on_the_folder_of_a_name_in_it(string razor) =>
        Assert.Matches(Mention("Components/Parts", ["CopyButton", ".Copy"]), razor);

    [Theory]
    [InlineData("<CopyButtons />")]
    [InlineData("@Text[\"Pages.CopyButton\"]")]
    [InlineData("src=\"/js/CopyButton.razor.js\"")]
    [InlineData("Http.Copy")]
    public void Texts_and_members_in_a_Razor_file_are_no_dependencies(string razor) =>
        Assert.DoesNotMatch(Mention("Components/Parts", ["CopyButton", ".Copy"]), razor);

    [Fact]
    public void A_cycle_is_found_however_long_it_is()
    {
        Arrow[] line = [new("a", "b"), new("b", "c"), new("c", "d"), new("a", "d")];
        Assert.Empty(Cycles(line));
        Assert.Equal(["b -> c", "c -> d", "d -> b"], Cycles([.. line, new("d", "b")]));
    }

    [Theory]
    [InlineData("OneTimeSecret.Core")]
    [InlineData("OneTimeSecret.Web")]
    public void No_folder_holds_more_than_25_files(string project) =>
        Assert.All(
            Sources.In(project).CountBy(file => Path.GetDirectoryName(file)!, StringComparer.Ordinal),
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

    /// <summary>The arrows of all cycles: what is left after arrows from and to dead ends are removed repeatedly.</summary>
    private static List<string> Cycles(IEnumerable<Arrow> arrows)
    {
        var left = arrows.ToList();
        while (left.RemoveAll(
            arrow => !left.Exists(other => Same(other.To, arrow.From)) || !left.Exists(other => Same(other.From, arrow.To))) > 0)
        {
            // Repeat until nothing is removed.
        }
        return [.. left.Select(arrow => arrow.ToString()).Order(StringComparer.Ordinal)];
    }

    /// <summary>True if a file contains a verb: a public class of its name with a method <c>Run</c> that others call.</summary>
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
        return [.. imports.Concat(inside).Concat(Mentions(root, files)).Where(arrow => !Same(arrow.From, arrow.To)).Distinct()];
    }

    /// <summary>The arrows from Razor files to the folders of the names in them.</summary>
    private static IEnumerable<Arrow> Mentions(string root, IReadOnlyList<string> files)
    {
        var rooms = files
            .GroupBy(file => Room(root, file), file => Names(file), StringComparer.Ordinal)
            .Select(room => (Name: room.Key, Mention: Mention(room.Key, [.. room.SelectMany(names => names)]))).ToList();
        return files.Where(IsRazor).SelectMany(file => rooms
            .Where(room => room.Mention.IsMatch(File.ReadAllText(file)))
            .Select(room => new Arrow(Room(root, file), room.Name)));
    }

    /// <summary>The names that a file declares: its component, top-level types, and extension methods (with a leading dot).</summary>
    private static IEnumerable<string> Names(string file) => IsRazor(file)
        ? [Path.GetFileNameWithoutExtension(file)]
        : Declaration().Matches(File.ReadAllText(file)).Select(declared =>
            declared.Groups["type"] is { Success: true } type ? type.Value : "." + declared.Groups["extension"].Value);

    /// <summary>Matches names of a folder. A type may follow the last part of its namespace. Any other dot makes it a member.</summary>
    private static Regex Mention(string room, IReadOnlyList<string> names)
    {
        var types = names.Where(name => name[0] != '.').Append("(?!)");
        var extensions = names.Where(name => name[0] == '.').Select(name => name[1..]).Append("(?!)");
        return new Regex(
            $@"(?<![\w.""/-])({Path.GetFileName(room)}\.)?({string.Join('|', types)})\b|\.({string.Join('|', extensions)})(<\w+>)?\(",
            RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
    }

    private static bool IsRazor(string file) => file.EndsWith(".razor", Ordinal);

    private void Write(IEnumerable<Arrow> arrows)
    {
        foreach (var room in arrows.GroupBy(arrow => arrow.From, StringComparer.Ordinal).OrderBy(room => room.Key, StringComparer.Ordinal))
            output.WriteLine($"{room.Key} -> {string.Join(", ", room.Select(arrow => arrow.To).Order(StringComparer.Ordinal))}");
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

    [GeneratedRegex(
        @"^(\w+ )*(class|record|enum|struct|interface) (?<type>\w+)|^ +.*static .*\b(?<extension>\w+)(<\w+>)?\(this ",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Declaration();

    private sealed record Arrow(string From, string To)
    {
        public override string ToString() => $"{From} -> {To}";
    }
}
