using System.Text.RegularExpressions;

namespace OneTimeSecret.Tests.Crypto;

/// <summary>Every rule in docs/crypto-format.md names the tests that verify it.</summary>
public sealed partial class CryptoFormatTests
{
    [Fact]
    public void Every_rule_names_a_test()
    {
        var rules = Rule().Matches(FrozenVectors.Page).Select(rule => rule.Value).ToList();
        Assert.True(rules.Count > 30, $"{rules.Count} rules");
        Assert.All(rules, rule => Assert.Matches(@"\*\w+(,\s+\w+)*\*\s*\z", rule));
    }

    [Fact]
    public void Every_named_test_exists()
    {
        var tests = typeof(CryptoFormatTests).Assembly.GetTypes()
            .Where(type => type.Namespace?.Split('.')[^1] is "Crypto" or "Keys" or "Vault" or "Retries")
            .SelectMany(type => type.GetMethods())
            .Where(method => method.IsDefined(typeof(FactAttribute), inherit: true))
            .Select(method => method.Name)
            .ToHashSet(StringComparer.Ordinal);
        Assert.All(Rule().Matches(FrozenVectors.Page).SelectMany(rule => TestName().Matches(rule.Value)),
            name => Assert.Contains(name.Value, tests));
    }

    // A list item with its continuation lines.
    [GeneratedRegex(@"^- .*(\n  .*)*", RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Rule();

    [GeneratedRegex(@"\b[A-Z]\w*_\w+\b", RegexOptions.NonBacktracking)]
    private static partial Regex TestName();
}
