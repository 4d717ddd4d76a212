using System.Text.RegularExpressions;

namespace OneTimeSecret.Tests.Storage;

/// <summary>
/// The rules that docs/adr/0011 lists. SQLite allows one writer at a time, so the rules hold even without the locks, and no race reveals
/// a missing lock. These tests therefore search the sources.
/// </summary>
public sealed partial class WriteRulesTests
{
    [Fact]
    public void Every_rule_of_ADR_11_that_needs_a_lock_takes_it_in_the_sources()
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
                $"{name.Value} does not exist, or takes no lock for: {rule[1]}")));
    }

    [Fact]
    public void Acts_that_remove_an_administrator_keep_the_last_one()
    {
        var taking = Sources.In("OneTimeSecret.Core").Where(file => Taking().IsMatch(File.ReadAllText(file))).ToList();
        Assert.Equal(
            ["DeleteAccount.cs", "RevokeAdmin.cs", "SuspendAccount.cs"],
            taking.Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.All(taking, file => Assert.Contains("db.SpareAccounts()", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [GeneratedRegex("[A-Z][A-Za-z]+", RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    // Every act of an administrator begins by taking a lock.
    [GeneratedRegex(@"db\.Lock\(|AdminAct act\b", RegexOptions.NonBacktracking)]
    private static partial Regex Lock();

    [GeneratedRegex(
        @"SetProperty\(a => a\.(Suspended|Deleted), now\)|AdminRoles\s+\.Where[^;]+ExecuteDelete", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Taking();
}
