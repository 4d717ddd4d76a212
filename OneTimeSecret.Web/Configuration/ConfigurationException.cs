namespace OneTimeSecret.Web.Configuration;

/// <summary>The configuration has mistakes. The message lists all of them with their full keys.</summary>
internal sealed class ConfigurationException(IEnumerable<string> mistakes)
    : Exception("The configuration has mistakes; nothing was started:\n" +
                string.Join('\n', mistakes.Select(mistake => "  - " + mistake)) +
                "\nEvery setting is described in docs/configuration.md.");
