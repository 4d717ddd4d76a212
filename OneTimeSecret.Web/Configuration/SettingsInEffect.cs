using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Configuration;

/// <summary>Every setting as it counts, and where its value comes from, for whoever looks for why something is as it is.</summary>
internal sealed class SettingsInEffect(IConfigurationRoot configuration)
{
    private readonly List<(string Name, object Options)> _sections = [];

    /// <summary>Adds a section once it is read. What it takes from elsewhere may be filled in later.</summary>
    public void Add(string name, object options) => _sections.Add((name, options));

    /// <summary>The sections with their settings, in the order in which they were added.</summary>
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
        bool flag => flag ? "true" : "false", // as documents and files write it
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : null,
    };

    /// <summary>The strongest place that says something of it, as the configuration itself decides.</summary>
    private SettingSource SourceOf(string key) => configuration.Providers.LastOrDefault(
        provider => provider.TryGet(key, out _) || provider.GetChildKeys([], key).Any()) switch
    {
        null => SettingSource.Default,
        CommandLineConfigurationProvider => SettingSource.Argument,
        EnvironmentVariablesConfigurationProvider => SettingSource.Environment,
        _ => SettingSource.File,
    };
}

/// <summary>A setting as it counts.</summary>
/// <param name="Key">Its name, such as <c>Limits:Creates</c>.</param>
/// <param name="Value">Its value; null: it is not set, or not shown.</param>
/// <param name="IsSet">Whether it has one.</param>
/// <param name="IsMasked">Whether nobody is shown it.</param>
/// <param name="Source">Where it comes from.</param>
internal sealed record SettingInEffect(string Key, string? Value, bool IsSet, bool IsMasked, SettingSource Source);

/// <summary>Where settings come from, weakest first.</summary>
internal enum SettingSource
{
    /// <summary>Nobody has set it.</summary>
    Default,

    /// <summary>appsettings.json.</summary>
    File,

    /// <summary>An environment variable.</summary>
    Environment,

    /// <summary>An argument.</summary>
    Argument,
}
