using MimeKit;
using OneTimeSecret.Tests.Mail;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Commands;

/// <summary>The verbs that send mail. TLS is tested here too, because trusted certificates are set for a whole process.</summary>
public sealed class MailCommandsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public async ValueTask InitializeAsync() => await _folder.Make();

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("starttls", "StartTls")]
    [InlineData("implicit", "Implicit")]
    public async Task A_test_mail_is_sent_over_TLS_with_user_and_password_from_a_file(string mode, string tls)
    {
        using var certificate = TestCertificate.Create("localhost");
        await using var server = await SmtpServer.Start(
            "--tls", mode, "--certificate", certificate.Path, "--user", "relay", "--password", "a pass=word");
        await File.WriteAllTextAsync(_folder.File("password"), "a pass=word\r\n");

        var ran = await Test(
            [.. server.Settings(tls, "localhost"), "--Mail:User=relay", $"--Mail:PasswordFile={_folder.File("password")}"],
            ("SSL_CERT_FILE", certificate.Path));
        Assert.Equal($"The test mail went to localhost:{server.Port}", ran.Result);
        var mail = await server.Single();
        Assert.Equal((true, "relay", "jane@example.org"), (mail.Tls, mail.User, Assert.Single(mail.Recipients)));
        Assert.Contains("This mail has reached you", mail.Message.TextBody, Ordinal);
    }

    [Fact]
    public async Task A_wrong_mail_password_is_reported_and_never_shown()
    {
        using var certificate = TestCertificate.Create("localhost");
        await using var server = await SmtpServer.Start(
            "--tls", "starttls", "--certificate", certificate.Path, "--user", "relay", "--password", "right");
        var ran = await Test(
            [.. server.Settings("StartTls", "localhost"), "--Mail:User=relay", "--Mail:Password=wr0ng-one"],
            ("SSL_CERT_FILE", certificate.Path));
        Assert.Contains($"localhost:{server.Port} refused Mail:User and its password: 535 ", ran.Refusal, Ordinal);
        Assert.DoesNotContain("wr0ng", ran.Error, Ordinal);
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task A_mail_server_without_sign_in_is_reported_if_a_password_is_set()
    {
        using var certificate = TestCertificate.Create("localhost");
        await using var server = await SmtpServer.Start("--tls", "starttls", "--certificate", certificate.Path);
        var ran = await Test(
            [.. server.Settings("StartTls", "localhost"), "--Mail:User=relay", "--Mail:Password=x"], ("SSL_CERT_FILE", certificate.Path));
        Assert.Contains($"localhost:{server.Port} offers no way to sign in.", ran.Refusal, Ordinal);
    }

    [Fact]
    public async Task A_failed_test_mail_reports_the_reason_and_nothing_else()
    {
        await using var server = await SmtpServer.Start("--fail", "rcpt", "550 5.1.1 <{rcpt}> unknown");
        Assert.Equal(
            $"Data folder: {_folder.Data}\n127.0.0.1:{server.Port} permanently refused the recipient: 550 5.1.1 <(address)> unknown\n",
            (await Test(server.Settings())).Refusal);
        Assert.Contains("Set Mail:Transport to Smtp", (await Test([])).Refusal, Ordinal);
        Assert.Contains("'nonsense' is not an e-mail address", (await _folder.Run("mail", "test", "nonsense")).Refusal, Ordinal);
    }

    [Fact]
    public async Task A_test_mail_is_written_to_the_pickup_folder()
    {
        var ran = await Test(["--Mail:Transport=Pickup", "--Site:PublicUrl=https://secrets.example.com"]);
        Assert.Equal($"The test mail went to {_folder.File("mail")}", ran.Result);
        var message = await MimeMessage.LoadAsync(Assert.Single(Directory.GetFiles(_folder.File("mail"), "*.eml")));
        Assert.Equal(("A test mail", "noreply@secrets.example.com"), (message.Subject, message.From.Mailboxes.Single().Address));
    }

    [Fact]
    public async Task A_link_to_set_a_password_is_sent_by_mail_and_not_printed()
    {
        await using var server = await SmtpServer.Start();
        await _folder.Run("account", "add", "ops@example.com");
        var ran = await _folder.Run(["account", "link", "ops@example.com", "--mail", .. server.Settings()]);
        Assert.Equal($"The link went to 127.0.0.1:{server.Port}", ran.Result);
        var mail = await server.Single();
        Assert.Equal("ops@example.com", Assert.Single(mail.Recipients));
        Assert.Contains("https://secrets.example.com/reset?email=ops%40example.com&token=", mail.Message.TextBody, Ordinal);
        Assert.Contains("There is no account", (await _folder.Run("account", "link", "b@example.com", "--mail")).Refusal, Ordinal);
    }

    private Task<BuiltProgram.Ran> Test(string[] settings, params (string Name, string Value)[] environment) =>
        environment.Length == 0
            ? _folder.Run(["mail", "test", "jane@example.org", .. settings])
            : BuiltProgram.Run(["mail", "test", "jane@example.org", "--data", _folder.Data, .. settings], environment: environment);
}
