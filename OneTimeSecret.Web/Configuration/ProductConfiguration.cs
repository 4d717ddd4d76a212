using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Copies;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Web.Configuration;

/// <summary>
/// Reads the settings from appsettings.json beside the program, environment variables <c>OTS_…</c> and arguments, where a later source
/// wins. Settings are bound and validated once, at the start.
/// </summary>
internal static class ProductConfiguration
{
    private const string EnvironmentPrefix = "OTS_";

    /// <summary>Top-level names of the framework's own settings.</summary>
    private static readonly string[] FrameworkNames =
        ["Logging", "Kestrel", "urls", "http_ports", "https_ports", "environment", "contentRoot", "applicationName"];

    public static void AddProductConfiguration(this WebApplicationBuilder builder, string[] settings)
    {
        var file = new JsonConfigurationSource { Path = Path.Combine(AppContext.BaseDirectory, "appsettings.json"), Optional = true };
        file.ResolveFileProvider();
        builder.Configuration.Sources.Insert(0, file);
        builder.Configuration.AddEnvironmentVariables(EnvironmentPrefix).AddCommandLine(settings);

        var product = new ConfigurationBuilder().Add(file).AddEnvironmentVariables(EnvironmentPrefix).AddCommandLine(settings).Build();
        var mistakes = new List<string>();
        var sections = new List<string>();
        var inEffect = new SettingsInEffect(product);
        var site = Add<SiteOptions>("Site");
        var storage = Add<StorageOptions>("Storage", storage =>
        {
            storage.Data = Path.GetFullPath(storage.Data, ContentRoot.Path);
            storage.Keys = storage.Keys is null ? null : Path.GetFullPath(storage.Keys, ContentRoot.Path);
            storage.GenerationFile = storage.GenerationFile is { } file ? Path.GetFullPath(file, ContentRoot.Path) : null;
        });
        var largest = Add<SecretOptions>("Secrets").MaxBytes;
        if (StorageOptions.LeastReserveMegabytes(largest) is var least && storage.ReserveMegabytes < least)
            mistakes.Add($"Storage:ReserveMegabytes must not be below {least}, for Secrets:MaxBytes {largest}");
        Add<PassphraseOptions>("Passphrases");
        Add<LimitOptions>("Limits");
        Add<JobOptions>("Jobs");
        Add<AuditOptions>("Audit", audit => audit.HeadFile = audit.HeadFile is { } head ? Path.GetFullPath(head, ContentRoot.Path) : null);
        Add<BackupOptions>(
            "Backup", backup => backup.Folder = backup.Folder is { } copies ? Path.GetFullPath(copies, ContentRoot.Path) : null);
        var mail = Add<MailOptions>("Mail");
        var accounts = Add<AccountOptions>("Accounts");
        Add<AdminOptions>("Admin");
        var brand = Add<BrandOptions>("Brand");
        brand.Logo = brand.Logo is null ? null : Path.GetFullPath(brand.Logo, ContentRoot.Path);
        if (brand.Logo is not null && !File.Exists(brand.Logo))
            mistakes.Add($"Brand:Logo is '{brand.Logo}', but there is no such file");
        mistakes.AddRange(MailSettings.Complete(
            mail, site, isTransportSet: product["Mail:Transport"] is not null, builder.Environment));
        // Without mail nobody can prove that an address is theirs.
        if (accounts.SignUp == SignUpMode.Domain && !mail.Sends())
            mistakes.Add("Accounts:SignUp is 'Domain', but without mail (Mail:Transport) addresses cannot be verified");
        accounts.SignUp ??= !mail.Sends() ? SignUpMode.Closed : SignUpMode.Open;

        mistakes.AddRange(product.GetChildren()
            .Where(child => !sections.Concat(FrameworkNames).Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            .Select(child => $"{child.Key}: there is no such section"));
        // The framework would report a wrong log level as a stack trace.
        mistakes.AddRange(builder.Configuration.GetSection("Logging").AsEnumerable()
            .Where(setting => setting.Key.Contains(":LogLevel:", StringComparison.OrdinalIgnoreCase)
                && !string.IsNullOrEmpty(setting.Value) && !Enum.TryParse<LogLevel>(setting.Value, ignoreCase: true, out _))
            .Select(setting => $"{setting.Key} is '{setting.Value}', but must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}"));
        if (mistakes.Count > 0)
            throw new ConfigurationException(mistakes);
        builder.Services.AddSingleton(inEffect);

        T Add<T>(string name, Action<T>? complete = null)
            where T : class, new()
        {
            sections.Add(name);
            var options = SectionReader.Read<T>(product.GetSection(name), mistakes);
            if (mistakes.Count == 0)
                complete?.Invoke(options);
            builder.Services.AddSingleton(Options.Create(options));
            inEffect.Add(name, options);
            return options;
        }
    }
}
