namespace OneTimeSecret.Web.Logging;

/// <summary>
/// Keeps keys out of the log. Request paths contain keys, and the framework logs paths in messages and scopes. Its categories are
/// therefore filtered in code, independent of the configuration, and <c>Http/RequestLog</c> writes one line per request.
/// </summary>
internal static class QuietLogging
{
    private const string Framework = "Microsoft.AspNetCore";

    /// <summary>Warns at each probe of a degraded server. The parts that know the reason warn once.</summary>
    private const string Probes = "Microsoft.Extensions.Diagnostics.HealthChecks";

    /// <summary>Categories without any output. The first one may contain a path even in a warning.</summary>
    private static readonly string[] Silent =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics", // logs request lines and a scope with the path
        "Microsoft.AspNetCore.Antiforgery.DefaultAntiforgery", // logs an error with a stack trace for each cookie that a client makes up
        "Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", // warns of plaintext keys; DatabaseKeyRepository seals them
    ];

    public static void AddQuietLogging(this IServiceCollection services)
    {
        var host = new HostLog();
        services.AddSingleton(host);
        services.AddLogging(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
        services.PostConfigure<LoggerFilterOptions>(filters =>
        {
            // The framework applies only the most specific rule, and an operator can always configure a more specific one (for one
            // provider or with a wildcard). So every rule gets the same filter, and a default rule covers everything else.
            var rules = filters.Rules.ToList();
            filters.Rules.Clear();
            foreach (var rule in rules.Prepend(new LoggerFilterRule(null, null, filters.MinLevel, null)))
                filters.Rules.Add(Gated(rule, host));
        });
    }

    private static LoggerFilterRule Gated(LoggerFilterRule rule, HostLog host) => new(rule.ProviderName, rule.CategoryName, rule.LogLevel,
        (provider, category, level) =>
            host.MayPass(category) && MayPass(category, level) && (rule.Filter?.Invoke(provider, category, level) ?? true));

    private static bool MayPass(string? category, LogLevel level)
    {
        if (category?.StartsWith(Probes, StringComparison.Ordinal) == true)
            return level >= LogLevel.Error;
        return category?.StartsWith(Framework, StringComparison.Ordinal) != true
            || (level >= LogLevel.Warning && !Silent.Contains(category, StringComparer.Ordinal));
    }
}

/// <summary>Suppresses the host's own log messages during the start, because <c>Serve</c> reports a failed start itself.</summary>
internal sealed class HostLog
{
    private const string Category = "Microsoft.Extensions.Hosting.Internal.Host";

    public bool IsHeldBack { get; set; }

    public bool MayPass(string? category) => !IsHeldBack || !string.Equals(category, Category, StringComparison.Ordinal);
}
