namespace OneTimeSecret.Web.Logging;

/// <summary>
/// Keys are in paths, and the framework writes paths into lines and scopes. So its categories are held back in code, whatever the
/// configuration says, and <see cref="Http.RequestLog"/> writes the one line that a request gets.
/// </summary>
internal static class QuietLogging
{
    /// <summary>Silent altogether: even a warning or a scope of these may carry a path.</summary>
    private static readonly string[] Silent =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics", // request lines, and the scope with the path
        "Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", // warns of keys in clear; DatabaseKeyRepository seals them
    ];

    public static void AddQuietLogging(this IServiceCollection services)
    {
        services.AddLogging(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
        services.PostConfigure<LoggerFilterOptions>(filters =>
        {
            var loud = filters.Rules.Where(rule => rule.CategoryName?.StartsWith("Microsoft.AspNetCore", StringComparison.OrdinalIgnoreCase) == true);
            foreach (var rule in loud.ToList())
                filters.Rules.Remove(rule);
            filters.Rules.Add(new LoggerFilterRule(null, "Microsoft.AspNetCore", LogLevel.Warning, null));
            foreach (var category in Silent)
                filters.Rules.Add(new LoggerFilterRule(null, category, LogLevel.None, null));
        });
    }
}
