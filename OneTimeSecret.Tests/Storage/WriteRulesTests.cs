using System.Text.RegularExpressions;

namespace OneTimeSecret.Tests.Storage;

/// <summary>
/// The rules that docs/adr/0011 lists. SQLite's one writer would keep them without any lock, so no race shows a lock that is forgotten: it
/// is looked for in the sources.
/// </summary>
public sealed partial class WriteRulesTests
{
    [Fact]
    public void What_depends_on_other_rows_takes_a_lock()
    {
        var rules = File.ReadLines(Path.Combine(Sources.Folder("docs"), "adr", "0011-write-transactions.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToList();
        Assert.True(rules.Count > 20);
        var sources = Sources.In("OneTimeSecret.Core").Where(file => Path.GetFileName(file) is not "Setup.cs")
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText, StringComparer.Ordinal);
        Assert.All(rules, rule => Assert.All(
            Name().Matches(rule[2]),
            name => Assert.True(
                sources.TryGetValue(name.Value, out var source) && (rule[3] is not "c" || Lock().IsMatch(source)),
                $"{name.Value} is not there, or takes no lock for: {rule[1]}")));
    }

    [Fact]
    public void What_takes_an_administrator_away_spares_the_last()
    {
        var taking = Sources.In("OneTimeSecret.Core").Where(file => Taking().IsMatch(File.ReadAllText(file))).ToList();
        Assert.Equal(
            ["DeleteAccount.cs", "RevokeAdmin.cs", "SuspendAccount.cs"],
            taking.Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.All(taking, file => Assert.Contains("db.SpareAccounts()", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [GeneratedRegex("[A-Z][A-Za-z]+", RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    // Every act of an administrator begins with a lock.
    [GeneratedRegex(@"db\.Lock\(|AdminAct act\b", RegexOptions.NonBacktracking)]
    private static partial Regex Lock();

    [GeneratedRegex(
        @"SetProperty\(a => a\.(Suspended|Deleted), now\)|AdminRoles\s+\.Where[^;]+ExecuteDelete", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Taking();
}
