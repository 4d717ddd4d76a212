using System.Collections;
using System.Globalization;
using System.Reflection;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Copies;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Configuration;

/// <summary>docs/configuration.md lists exactly the options that exist, with their defaults. So this also pins the defaults.</summary>
public sealed class ConfigurationDocumentTests
{
    private static readonly Dictionary<Type, string> Sections = new()
    {
        [typeof(SiteOptions)] = "Site",
        [typeof(BrandOptions)] = "Brand",
        [typeof(StorageOptions)] = "Storage",
        [typeof(SecretOptions)] = "Secrets",
        [typeof(PassphraseOptions)] = "Passphrases",
        [typeof(LimitOptions)] = "Limits",
        [typeof(JobOptions)] = "Jobs",
        [typeof(MailOptions)] = "Mail",
        [typeof(AccountOptions)] = "Accounts",
        [typeof(AuditOptions)] = "Audit",
        [typeof(AdminOptions)] = "Admin",
        [typeof(BackupOptions)] = "Backup",
    };

    [Fact]
    public void Every_options_class_is_a_section_of_the_document()
    {
        var classes = typeof(SiteOptions).Assembly.GetExportedTypes()
            .Where(type => type.Name.EndsWith("Options", Ordinal));
        Assert.Equivalent(classes, Sections.Keys, strict: true);
        Assert.All(Sections.Values, section => Assert.Contains($"\n## {section}: ", Document(), Ordinal));
    }

    [Fact]
    public void The_document_lists_every_option_with_its_default_and_nothing_else()
    {
        var options = Sections.SelectMany(section => section.Key.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => $"`{section.Value}:{property.Name}` {Default(section.Key, property)}"));
        var rows = Document().Split('\n').Where(line => line.StartsWith("| `", Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries));
        Assert.Equal(options.Order(StringComparer.Ordinal), rows.Select(row => $"{row[1]} {row[2]}").Order(StringComparer.Ordinal));
    }

    private static string Default(Type type, PropertyInfo property) => property.GetValue(Activator.CreateInstance(type)) switch
    {
        null or ICollection { Count: 0 } => "not set",
        bool flag => flag ? "`true`" : "`false`",
        var value => string.Create(CultureInfo.InvariantCulture, $"`{value}`"),
    };

    /// <summary>Reads the document, found upwards from the folder in which the tests run.</summary>
    private static string Document()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "OneTimeSecret.sln")))
            folder = folder.Parent;
        return File.ReadAllText(Path.Combine(folder.FullName, "docs", "configuration.md"));
    }
}
