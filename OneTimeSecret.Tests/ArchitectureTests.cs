using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core;

namespace OneTimeSecret.Tests;

/// <summary>The rules of the architecture (docs/adr/0001) that the compiler does not check.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly Assembly Core = typeof(CoreSetup).Assembly;
    private static readonly Assembly Web = typeof(Program).Assembly;

    [Fact]
    public void Core_references_no_ASP_NET_Core_assembly_except_the_Identity_stores()
    {
        var known = Core.GetReferencedAssemblies().Select(assembly => assembly.Name!)
            .Where(name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        Assert.Equal("Microsoft.AspNetCore.Identity.EntityFrameworkCore", Assert.Single(known));
        Assert.DoesNotContain(Core.GetReferencedAssemblies(), assembly => assembly.Name is "OneTimeSecret.Web");
    }

    [Fact]
    public void Only_Core_touches_the_database()
    {
        Assert.DoesNotContain(Sources.In("OneTimeSecret.Web"), file => Regex.IsMatch(
            File.ReadAllText(file), "DbContext|EntityFrameworkCore", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)));
        Assert.DoesNotContain(Web.GetTypes().SelectMany(type => type.GetConstructors()).SelectMany(made => made.GetParameters()),
            parameter => typeof(DbContext).IsAssignableFrom(parameter.ParameterType));
    }

    [Fact]
    public void Only_one_file_chooses_the_database_engine() =>
        Assert.EndsWith(
            "/Storage/Sqlite/Setup.cs",
            Assert.Single(Sources.In("OneTimeSecret.Core", "OneTimeSecret.Web"), file => Holds(file, "UseSqlite")),
            StringComparison.Ordinal);

    /// <summary>Erasure reads the files of the database engine.</summary>
    [Fact]
    public void Only_storage_and_erasure_know_the_engine_and_only_storage_opens_transactions()
    {
        var others = Sources.In("OneTimeSecret.Core", "OneTimeSecret.Web")
            .Where(file => !file.Contains("OneTimeSecret.Core/Storage/", StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(
            others.Where(file => !file.Contains("OneTimeSecret.Core/Erasure/", StringComparison.Ordinal)),
            file => Engine().IsMatch(File.ReadAllText(file)));
        // Rows of the trail use a prepared command. A start has no key ring for acts yet. The search of the files reads one instant.
        Assert.Equal(
            ["AuditRows.cs", "OpenDatabase.cs", "VerifyErasure.cs"],
            others.Where(file => Transactions().IsMatch(File.ReadAllText(file)))
                .Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Fact]
    public void Controllers_and_pages_do_not_know_each_other()
    {
        Assert.DoesNotContain(Sources.In("OneTimeSecret.Web/Api"), file => Holds(file, "Web.Components"));
        Assert.DoesNotContain(Sources.In("OneTimeSecret.Web/Components"), file => Holds(file, "Web.Api"));
    }

    [Fact]
    public void Files_and_lines_stay_within_their_maximum_length()
    {
        var failures = Sources.In("OneTimeSecret.Core", "OneTimeSecret.Web", "OneTimeSecret.Tests", "OneTimeSecret.Benchmarks")
            .Select(file => (file, lines: File.ReadAllLines(file)))
            .SelectMany(source => source.lines
                .Select((line, i) => line.Length > 140 ? $"{source.file}({i + 1}) has {line.Length} columns" : null)
                .Append(source.lines.Length > Ceiling(source.file) ? $"{source.file} has {source.lines.Length} lines" : null))
            .OfType<string>();
        Assert.Empty(failures);
    }

    [Fact]
    public void Classes_are_sealed_or_abstract()
    {
        var open = Core.GetTypes().Concat(Web.GetTypes())
            .Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false })
            .Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute)))
            // Tools generate migrations and pages.
            .Where(type => type.Namespace?.Contains("Migrations", StringComparison.Ordinal) != true)
            .Where(type => type.Namespace?.Contains("Components", StringComparison.Ordinal) != true)
            .Where(type => type.Namespace?.StartsWith("OneTimeSecret", StringComparison.Ordinal) == true);
        Assert.Empty(open);
    }

    [Fact]
    public void No_type_name_ends_in_Manager_Helper_Util_Service_or_Impl()
    {
        var types = Core.GetTypes().Concat(Web.GetTypes()).Concat(typeof(ArchitectureTests).Assembly.GetTypes())
            .Where(type => type.Namespace?.StartsWith("OneTimeSecret", StringComparison.Ordinal) == true);
        Assert.DoesNotContain(types, type => BadName().IsMatch(type.Name));
    }

    [Fact]
    public void No_interface_has_a_single_implementation()
    {
        var types = Core.GetTypes().Concat(Web.GetTypes()).ToList();
        Assert.All(types.Where(type => type.IsInterface), type => Assert.True(
            types.Count(other => other.IsClass && type.IsAssignableFrom(other)) > 1, type.FullName));
    }

    [Fact]
    public void Every_controller_action_says_what_it_demands()
    {
        var actions = Web.GetTypes().Where(type => type is { IsAbstract: false } && typeof(ControllerBase).IsAssignableFrom(type))
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly));
        Assert.All(actions, action => Assert.NotNull(action.GetCustomAttribute<OneTimeSecret.Web.Api.V1.DemandsAttribute>()));
    }

    [Fact]
    public void Sources_contain_no_TODO_no_region_and_no_NotImplementedException() =>
        Assert.DoesNotContain(Sources.In("OneTimeSecret.Core", "OneTimeSecret.Web"), file => Regex.IsMatch(
            File.ReadAllText(file), @"\b(TODO|FIXME|HACK)\b|#region|NotImplementedException", RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(5)));

    /// <summary>On a busy machine such a test fails. Benchmarks measure durations. Waiting with a long timeout is fine.</summary>
    [Fact]
    public void No_test_asserts_how_long_something_took() =>
        Assert.DoesNotContain(
            Sources.In("OneTimeSecret.Tests").Where(file => !file.EndsWith("ArchitectureTests.cs", StringComparison.Ordinal)),
            file => TimeAsserted().IsMatch(File.ReadAllText(file)));

    /// <summary>A click returns before its navigation ends. A check right after it may see the previous page, or none.</summary>
    [Fact]
    public void No_browser_test_checks_a_page_before_it_has_waited_for_that_page() =>
        Assert.DoesNotContain(Sources.In("OneTimeSecret.Tests"), file => LooksAtOnce().IsMatch(File.ReadAllText(file)));

    private static int Ceiling(string file) =>
        file.EndsWith(".razor", StringComparison.Ordinal) ? 150
        : file.Contains("OneTimeSecret.Tests", StringComparison.Ordinal) ? 350 : 250;

    private static bool Holds(string file, string text) => File.ReadAllText(file).Contains(text, StringComparison.Ordinal);

    [GeneratedRegex("sqlite|pragma|IsolationLevel", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Engine();

    [GeneratedRegex("BeginTransaction|GetDbConnection|WriteScope|new Write[(]", RegexOptions.NonBacktracking)]
    private static partial Regex Transactions();

    [GeneratedRegex("(Manager|Helper|Util|Utils|Service|Impl)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex BadName();

    [GeneratedRegex(@"Assert\.\w+\([^;]*\b(Elapsed|GetElapsedTime|ElapsedMilliseconds|Stopwatch)\b", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex TimeAsserted();

    [GeneratedRegex(@"\.(Follow|Press)\([^;]*;\s*await \w+\.Looks\(", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex LooksAtOnce();
}
