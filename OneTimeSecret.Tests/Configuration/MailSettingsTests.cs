using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Commands;
using OneTimeSecret.Web.Configuration;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Configuration;

/// <summary>Section Mail: contradictory settings are refused, and missing settings are derived from the others.</summary>
public sealed class MailSettingsTests
{
    private const string Url = "Site:PublicUrl=https://secrets.example.com";

    [Fact]
    public async Task Every_mistake_is_named_at_once_and_no_password_is_shown()
    {
        var lines = await Mistakes(
            Url, "Mail:Transport=Smtp", "Mail:Port=0", "Mail:Tls=None", "Mail:Password=hush-hush", "Mail:PasswordFile=/nowhere",
            "Mail:TimeoutSeconds=601", "Mail:From=Brand <noreply@example.com>");
        Assert.Equal(
            [
                "Mail:Port is '0', but must be between 1 and 65535",
                "Mail:TimeoutSeconds is '601', but must be between 1 and 600",
                "Mail:Host must be set for the transport Smtp",
                "Mail:PasswordFile must not be set together with Password",
                "Mail:User must be set when a password is set",
                "Mail:Tls must be StartTls or Implicit when a password is set, which must not be sent unencrypted",
                "Mail:From must be a mail address without a name, such as noreply@example.com",
            ], lines);
        Assert.DoesNotContain(lines, line => line.Contains("hush", OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("Mail:User=relay", "Mail:User must not be set without Password or PasswordFile")]
    [InlineData("Mail:Tls=Maybe", "Mail:Tls is 'Maybe', but must be one of StartTls, Implicit, None")]
    [InlineData("Mail:Password:Deep=hush", "Mail:Password:Deep: there is no such setting")]
    public async Task A_mistake_in_a_mail_setting_is_named_with_its_key(string setting, string mistake) =>
        Assert.Equal(mistake, Assert.Single(await Mistakes(setting)));

    [Fact]
    public async Task The_password_file_must_exist_and_must_not_be_empty()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "password");
        Assert.Equal($"Mail:PasswordFile is '{file}', but there is no such file", Assert.Single(await Mistakes(With(file))));
        await File.WriteAllTextAsync(file, "\r\n");
        Assert.Equal($"Mail:PasswordFile is '{file}', which is empty", Assert.Single(await Mistakes(With(file))));
        await File.WriteAllTextAsync(file, " with blanks \r\n");
        await using var server = await RunningServer.Start([.. With(file).Select(setting => "--" + setting)]);
        Assert.Equal(" with blanks ", server.Setting((MailOptions o) => o.Password));

        static string[] With(string file) => [Url, "Mail:User=relay", $"Mail:PasswordFile={file}"];
    }

    [Theory]
    [InlineData("https://Secrets.Example.com:8443", null, "noreply@secrets.example.com")]
    [InlineData("https://bücher.example", null, "noreply@xn--bcher-kva.example")]
    [InlineData("https://secrets.example.com", "ops@example.org", "ops@example.org")]
    public async Task Mails_come_from_the_public_host_unless_an_address_is_set(string url, string? from, string expected)
    {
        await using var server = await RunningServer.Start(
            "--Mail:Transport=Smtp", "--Mail:Host=mail.invalid", $"--Site:PublicUrl={url}", $"--Mail:From={from}");
        Assert.Equal(expected, server.Setting((MailOptions o) => o.From));
    }

    [Theory]
    [InlineData("https://Secrets.Example.com:8443", null, "secrets.example.com")]
    [InlineData("https://bücher.example", null, "xn--bcher-kva.example")]
    [InlineData("https://192.0.2.1", null, "[192.0.2.1]")]
    [InlineData("https://[2001:db8::1]:8443", null, "[IPv6:2001:db8::1]")]
    [InlineData("https://secrets.example.com", "mail_1.bücher.example", "mail_1.xn--bcher-kva.example")]
    [InlineData("https://secrets.example.com", "192.0.2.1", "[192.0.2.1]")]
    [InlineData("https://secrets.example.com", "[ipv6:2001:DB8:0::1]", "[IPv6:2001:db8::1]")]
    public async Task EHLO_names_the_public_host_unless_a_name_is_set(string url, string? name, string expected)
    {
        await using var mail = await Mail.SmtpServer.Start();
        await using var server = await RunningServer.Start(
            [.. mail.Settings(), $"--Site:PublicUrl={url}", "--Mail:From=ops@example.com", $"--Mail:EhloName={name}"]);
        await server.Get<Core.Mail.SendMail>().Run(new Core.Mail.TestMail("jane@example.org"), CancellationToken.None);
        Assert.Equal(expected, (await mail.Single()).Ehlo);
    }

    [Theory]
    [InlineData("two words"), InlineData("-x.example.com"), InlineData("mail..example.com"), InlineData("mail.example.com.")]
    [InlineData("1.2.3"), InlineData("[mail.example.com]"), InlineData("fe80::1%eth0"), InlineData("a\r\nDATA"), InlineData("mail:25")]
    public async Task An_invalid_EHLO_name_is_refused(string name) => Assert.Equal(
        "Mail:EhloName must be a host name such as secrets.example.com, or an address such as [192.0.2.1]",
        Assert.Single(await Mistakes(Url, $"Mail:EhloName={name}")));

    [Theory]
    [InlineData("http://localhost:5000", "noreply@localhost")]
    [InlineData("http://192.0.2.1", "noreply@192.0.2.1")]
    public async Task The_sender_must_be_set_if_the_public_host_gives_no_valid_mail_address(string url, string address) => Assert.Equal(
        $"Mail:From must be set, because its default '{address}' (from Site:PublicUrl) is not a valid address",
        Assert.Single(await Mistakes($"Site:PublicUrl={url}", "Mail:Transport=Smtp", "Mail:Host=mail.invalid")));

    [Theory]
    [InlineData("Development", "https://secrets.example.com", null, MailTransport.Pickup)]
    [InlineData("Development", "http://localhost:5000", null, MailTransport.Pickup)]
    [InlineData("Development", "https://secrets.example.com", "None", MailTransport.None)]
    [InlineData("Development", "", null, MailTransport.None)]
    [InlineData("Production", "https://secrets.example.com", null, MailTransport.None)]
    public async Task Mails_are_files_by_default_in_Development_with_a_public_address(
        string environment, string url, string? transport, MailTransport expected)
    {
        string[] set = transport is null ? [] : [$"--Mail:Transport={transport}"];
        await using var server = await RunningServer.Start([$"--environment={environment}", $"--Site:PublicUrl={url}", .. set]);
        Assert.Equal(expected, server.Setting((MailOptions o) => o.Transport));
    }

    private static async Task<List<string>> Mistakes(params string[] settings)
    {
        var refusal = await Assert.ThrowsAsync<ConfigurationException>(
            () => RunningServer.Start([.. settings.Select(setting => "--" + setting)]));
        return [.. refusal.Message.Split('\n')[1..^1].Select(line => line[4..])];
    }
}
