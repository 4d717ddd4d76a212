using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Configuration;

/// <summary>The effective value of every setting and its source, so that administrators can see why the server behaves so.</summary>
internal sealed class SettingsInEffect(IConfigurationRoot configuration)
{
    private readonly List<(string Name, object Options)> _sections = [];

    /// <summary>Adds a section after it is bound. Its options may still be completed later.</summary>
    public void Add(string name, object options) => _sections.Add((name, options));

    /// <summary>The sections with their settings, in the order of <see cref="Add"/>.</summary>
    public IEnumerable<(string Section, IReadOnlyList<SettingInEffect> Settings)> Read() => _sections.Select(section => (
        section.Name,
        (IReadOnlyList<SettingInEffect>)[.. section.Options.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Select(property => Read($"{section.Name}:{property.Name}", property, section.Options))]));

    private SettingInEffect Read(string key, PropertyInfo property, object options)
    {
        var value = Text(property.GetValue(options));
        var isMasked = property.IsDefined(typeof(MaskedAttribute));
        return new SettingInEffect(key, isMasked ? null : value, value is not null, isMasked, SourceOf(key));
    }

    private static string? Text(object? value) => value switch
    {
        IEnumerable<string> list => string.Join(", ", list) is { Length: > 0 } text ? text : null,
        bool flag => flag ? "true" : "false", // as in the documentation and the file
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : null,
    };

    /// <summary>The source that wins: the last provider that has the key, as in the configuration itself.</summary>
    private SettingSource SourceOf(string key) => configuration.Providers.LastOrDefault(
        provider => provider.TryGet(key, out _) || provider.GetChildKeys([], key).Any()) switch
    {
        null => SettingSource.Default,
        CommandLineConfigurationProvider => SettingSource.Argument,
        EnvironmentVariablesConfigurationProvider => SettingSource.Environment,
        _ => SettingSource.File,
    };
}

/// <summary>A setting with its effective value.</summary>
/// <param name="Key">The full key, such as <c>Limits:Creates</c>.</param>
/// <param name="Value">The value. Null if it is not set or masked.</param>
/// <param name="IsSet">Whether it has a value.</param>
/// <param name="IsMasked">Whether the value is hidden from everybody.</param>
/// <param name="Source">The source of the value.</param>
internal sealed record SettingInEffect(string Key, string? Value, bool IsSet, bool IsMasked, SettingSource Source);

/// <summary>The sources of settings. A later one overrides an earlier one.</summary>
internal enum SettingSource
{
    /// <summary>The default in the code.</summary>
    Default,

    /// <summary>appsettings.json.</summary>
    File,

    /// <summary>An environment variable.</summary>
    Environment,

    /// <summary>An argument.</summary>
    Argument,
}
