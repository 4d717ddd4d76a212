namespace OneTimeSecret.Web.Logging;

/// <summary>
/// Keys are in paths, and the framework writes paths into lines and scopes. So its categories are held back in code, whatever the
/// configuration says, and <c>Http/RequestLog</c> writes the one line that a request gets.
/// </summary>
internal static class QuietLogging
{
    private const string Framework = "Microsoft.AspNetCore";

    /// <summary>Silent altogether: even a warning or a scope of these may carry a path.</summary>
    private static readonly string[] Silent =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics", // request lines, and the scope with the path
        "Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", // warns of keys in clear; DatabaseKeyRepository seals them
    ];

    public static void AddQuietLogging(this IServiceCollection services)
    {
        var host = new HostLog();
        services.AddSingleton(host);
        services.AddLogging(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
        services.PostConfigure<LoggerFilterOptions>(filters =>
        {
            // One rule decides, the one that fits best, and an operator can always write a better one: for a single provider, or
            // with a wildcard. So every rule gets the same gate, and there is one for what none of them fits.
            var rules = filters.Rules.ToList();
            filters.Rules.Clear();
            foreach (var rule in rules.Prepend(new LoggerFilterRule(null, null, filters.MinLevel, null)))
                filters.Rules.Add(Gated(rule, host));
        });
    }

    private static LoggerFilterRule Gated(LoggerFilterRule rule, HostLog host) => new(rule.ProviderName, rule.CategoryName, rule.LogLevel,
        (provider, category, level) =>
            host.MayPass(category) && MayPass(category, level) && (rule.Filter?.Invoke(provider, category, level) ?? true));

    private static bool MayPass(string? category, LogLevel level) =>
        category?.StartsWith(Framework, StringComparison.Ordinal) != true
        || (level >= LogLevel.Warning && !Silent.Contains(category, StringComparer.Ordinal));
}

/// <summary>What the host logs of itself: held back while a start whose failure somebody else puts into words.</summary>
internal sealed class HostLog
{
    private const string Category = "Microsoft.Extensions.Hosting.Internal.Host";

    public bool IsHeldBack { get; set; }

    public bool MayPass(string? category) => !IsHeldBack || !string.Equals(category, Category, StringComparison.Ordinal);
}
