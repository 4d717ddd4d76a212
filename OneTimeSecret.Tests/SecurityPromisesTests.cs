using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace OneTimeSecret.Tests;

/// <summary>Every line of the trust model in SECURITY.md names tests, and these tests exist.</summary>
public sealed partial class SecurityPromisesTests
{
    [Fact]
    public void Every_line_of_the_trust_model_except_the_last_names_its_tests()
    {
        var lines = Lines();
        Assert.Equal(13, lines.Count);
        Assert.All(lines[..^1], line => Assert.Matches(TestName(), line));
    }

    [Fact]
    public void Every_named_test_exists()
    {
        var tests = typeof(SecurityPromisesTests).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Where(method => method.IsDefined(typeof(FactAttribute), inherit: true))
            .Select(method => method.Name)
            .ToHashSet(StringComparer.Ordinal);
        Assert.All(Lines().SelectMany(line => TestName().Matches(line)), name => Assert.Contains(name.Value, tests));
    }

    private static List<string> Lines([CallerFilePath] string here = "") =>
        [.. File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, "..", "SECURITY.md"))
            .Where(line => line.StartsWith('|')).Skip(2)];

    [GeneratedRegex(@"\b[A-Z]\w*_\w+\b", RegexOptions.NonBacktracking)]
    private static partial Regex TestName();
}
