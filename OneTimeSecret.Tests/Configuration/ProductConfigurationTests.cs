using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Web.Configuration;

namespace OneTimeSecret.Tests.Configuration;

/// <summary>One message names all mistakes with their full keys. Settings that are missing or empty have their defaults.</summary>
public sealed class ProductConfigurationTests
{
    [Fact]
    public Task Every_mistake_is_named_at_once_with_its_full_key() => AreMistakes(
        ["Site:PublicUrl=ftp://x", "Site:AllowedHosts=a b", "Site:TrustedProxies=10.0.0.1,nonsense,300.0.0.1",
         "Storage:Data=", "Storage:BusySeconds=301",
         "Secrets:MaxBytes=0", "Secrets:MinTtl=700000", "Passphrases:MinLength=20", "Passphrases:MaxLength=10", "Passphrases:BcryptCost=9",
         "Limits:Enabled=maybe", "Limits:Creates=1.5", "Limits:MaxLockMinutes=1", "Limits:LiftsInAll=1001", "Limits:LiveMinutes=0",
         "Limits:Nonsense=1", "Limits:Reveals:Deep=1",
         "Mail:Transport=Pigeon", "Nonsense:Key=1", "Secrets=5"],
        "Site:PublicUrl must be an http or https address without path, such as https://secrets.example.com",
        "Site:TrustedProxies holds 'nonsense', which is neither an address nor a network such as 10.0.0.0/8",
        "Site:TrustedProxies holds '300.0.0.1', which is neither an address nor a network such as 10.0.0.0/8",
        "Site:AllowedHosts holds 'a b', which is not a host name",
        "Storage:Data is '', but must be set",
        "Storage:BusySeconds is '301', but must be between 1 and 300",
        "Secrets:MaxBytes is '0', but must be between 1 and 1000000",
        "Secrets is a section, not a setting: set Secrets:SETTING",
        "Secrets:MaxTtlAnonymous must not be below MinTtl (700000)",
        "Passphrases:BcryptCost is '9', but must be between 10 and 14",
        "Passphrases:MaxLength must not be below MinLength (20)",
        "Limits:Enabled is 'maybe', but must be true or false",
        "Limits:Creates is '1.5', but must be a whole number",
        "Limits:Reveals:Deep: there is no such setting",
        "Limits:Nonsense: there is no such setting",
        "Limits:LiftsInAll is '1001', but must be between 0 and 1000",
        "Limits:LiveMinutes is '0', but must be between 1 and 1440",
        "Limits:MaxLockMinutes must not be below LockMinutes (30)",
        "Mail:Transport is 'Pigeon', but must be one of None, Pickup, Smtp",
        "Nonsense: there is no such section");

    [Theory]
    [InlineData("Site:PublicUrl=https://example.com/path")]
    [InlineData("Site:PublicUrl=https://user@example.com")]
    [InlineData("Site:PublicUrl=https://example.com?q")]
    [InlineData("Site:PublicUrl=example.com")]
    public Task A_public_address_with_more_than_scheme_and_host_is_refused(string setting) =>
        AreMistakes([setting], "Site:PublicUrl must be an http or https address without path, such as https://secrets.example.com");

    [Theory]
    [InlineData("security@example.com"), InlineData("http://example.com/report"), InlineData("mailto:nobody"), InlineData("mailto:")]
    [InlineData("https://"), InlineData("tel:+1-201-555-0123"), InlineData("mailto:a@example.com\nContact: mailto:b@example.com")]
    public Task A_security_contact_that_is_no_mail_or_https_address_is_refused(string contact) => AreMistakes(
        [$"Site:SecurityContact={contact}"],
        "Site:SecurityContact must begin with mailto: or https:, such as mailto:security@example.com");

    [Theory]
    [InlineData("Mail:Transport=7", "Mail:Transport is '7', but must be one of None, Pickup, Smtp")]
    [InlineData("Limits:TriesInAll=5", "Limits:TriesInAll must not be below TriesPerLock (20)")]
    [InlineData("Limits:Requests=0", "Limits:Requests is '0', but must be between 1 and 10000000")]
    [InlineData("Limits:ConnectionsPerClient=0", "Limits:ConnectionsPerClient is '0', but must be between 1 and 1000000")]
    [InlineData("Limits:Connections=400", "Limits:Connections must not be below ConnectionsPerClient (500)")]
    [InlineData("Limits:BodyMegabytesPerClient=0", "Limits:BodyMegabytesPerClient is '0', but must be between 1 and 100000")]
    [InlineData("Limits:BodyMegabytes=3", "Limits:BodyMegabytes must not be below BodyMegabytesPerClient (4)")]
    [InlineData("Limits:BodySeconds=0", "Limits:BodySeconds is '0', but must be between 1 and 3600")]
    [InlineData("Limits:Circuits=49", "Limits:Circuits must not be below CircuitsPerClient (50)")]
    [InlineData("Limits:CircuitsPerClient=-1", "Limits:CircuitsPerClient is '-1', but must be between 0 and 100000")]
    [InlineData("Limits:LinksPerMailbox=4", "Limits:LinksPerMailbox must not be below LinksPerHour (5)")]
    [InlineData("Limits:SignUpMailsPerHour=9", "Limits:SignUpMailsPerHour must not be below SignUpMailsPerClient (10)")]
    [InlineData("Limits:LinksPerAsker=0", "Limits:LinksPerAsker is '0', but must be between 1 and 100000")]
    [InlineData("Passphrases:QueuePerClient=0", "Passphrases:QueuePerClient is '0', but must be between 1 and 10000")]
    [InlineData("Passphrases:QueuePerNetwork=15", "Passphrases:QueuePerNetwork must not be below QueuePerClient (16)")]
    [InlineData("Secrets:RetrySeconds=601", "Secrets:RetrySeconds is '601', but must be between 0 and 600")]
    [InlineData("Secrets:MaxTtlAccount=30", "Secrets:MaxTtlAccount must not be below MinTtl (60)")]
    [InlineData("Mail:Transport=Pickup", "Mail:Transport is 'Pickup', but links in mails need Site:PublicUrl, which is not set")]
    [InlineData("Backup:Keep=0", "Backup:Keep is '0', but must be between 1 and 1000")]
    [InlineData("Storage:MaxBytes=-1", "Storage:MaxBytes is '-1', but must be between 0 and 9000000000000000000")]
    [InlineData("AllowedHosts=*", "AllowedHosts: there is no such section")]
    [InlineData("Logging:LogLevel:Default=bogus",
        "Logging:LogLevel:Default is 'bogus', but must be one of Trace, Debug, Information, Warning, Error, Critical, None")]
    public Task A_mistake_is_named_with_its_full_key(string setting, string mistake) => AreMistakes([setting], mistake);

    [Fact]
    public Task A_reserve_that_is_too_small_for_the_largest_secrets_is_refused() => AreMistakes(
        ["Secrets:MaxBytes=1000000", "Storage:ReserveMegabytes=11"],
        "Storage:ReserveMegabytes must not be below 12, for Secrets:MaxBytes 1000000");

    [Fact]
    public async Task Setting_names_ignore_case_and_lists_may_use_commas()
    {
        await using var server = await RunningServer.Start(
            "--limits:creates=5", "--MAIL:Transport=smtp", "--mail:host=mail.example.com", "--Site:PublicUrl=https://a.example.com",
            "--Site:TrustedProxies= 10.0.0.0/8 ,::1,", "--Site:AllowedHosts:0=a.example.com",
            "--Site:AllowedHosts:1=b.example.com", "--Limits:Enabled=False");
        Assert.Equal((5, false), (server.Setting((LimitOptions o) => o.Creates), server.Setting((LimitOptions o) => o.Enabled)));
        Assert.Equal(MailTransport.Smtp, server.Setting((MailOptions o) => o.Transport));
        Assert.Equal("10.0.0.0/8 ::1", server.Setting((SiteOptions o) => string.Join(' ', o.TrustedProxies)));
        Assert.Equal("a.example.com b.example.com", server.Setting((SiteOptions o) => string.Join(' ', o.AllowedHosts)));
    }

    [Fact]
    public async Task A_setting_with_an_empty_value_counts_as_not_set()
    {
        await using var server = await RunningServer.Start(
            "--Site:PublicUrl=", "--Storage:Keys=", "--Site:AllowedHosts=", "--Site:ShareDomains=");
        Assert.Null(server.Setting((SiteOptions o) => o.PublicUrl));
        Assert.Null(server.Setting((StorageOptions o) => o.Keys));
        Assert.Equal(0, server.Setting((SiteOptions o) => o.AllowedHosts.Count + o.ShareDomains.Count));
    }

    [Fact]
    public async Task Paths_are_relative_to_the_content_root_whatever_the_current_folder()
    {
        var folder = Path.Combine(ContentRoot.Path, "relative-" + Guid.NewGuid());
        try
        {
            await using var server = await RunningServer.Start(
                folder, adjust: null, $"--Storage:Data={Path.GetFileName(folder)}", $"--Storage:Keys={Path.GetFileName(folder)}/ring");
            Assert.Equal(folder, server.Setting((StorageOptions o) => o.Data));
            Assert.True(File.Exists(Path.Combine(folder, "ring")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task AreMistakes(string[] settings, params string[] mistakes)
    {
        var refusal = await Assert.ThrowsAsync<ConfigurationException>(
            () => RunningServer.Start([.. settings.Select(setting => "--" + setting)]));
        var lines = refusal.Message.Split('\n');
        Assert.Equal("The configuration has mistakes; nothing was started:", lines[0]);
        Assert.Equal(mistakes.Order(StringComparer.Ordinal), lines[1..^1].Select(line => line[4..]).Order(StringComparer.Ordinal));
        Assert.Equal("Every setting is described in docs/configuration.md.", lines[^1]);
    }
}
