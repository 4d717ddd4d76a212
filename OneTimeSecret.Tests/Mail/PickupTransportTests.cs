using System.Runtime.Versioning;
using MimeKit;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Mail;

/// <summary>Mails are written as files that only the program's own user can read.</summary>
public sealed class PickupTransportTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private SignedIn _sender = null!;

    private string Mail => _server.Get<DataFolder>().Mail;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start(Mails.Settings);
        _sender = await _server.SignedIn("sender@example.com");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Each_mail_is_a_file_that_only_its_owner_can_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        var key = (await _server.MailToFile(_sender)).SecretKey;
        var file = Assert.Single(_server.MailFiles());
        Assert.Matches(@"/mail/[0-9a-f]{32}\.eml$", file);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(Mail).UnixFileMode);
        var message = await MimeMessage.LoadAsync(file);
        Assert.Equal($"{Path.GetFileNameWithoutExtension(file)}@secrets.example.com", message.MessageId);
        Assert.Contains($"/secret/{key}", message.TextBody, Ordinal);
        Assert.DoesNotContain("\n", (await File.ReadAllTextAsync(file)).Replace("\r\n", "", Ordinal), Ordinal);
    }

    [Fact]
    public async Task Repeated_delivery_replaces_the_file_even_after_an_interrupted_write()
    {
        await _server.MailToFile(_sender);
        await File.WriteAllTextAsync(Path.ChangeExtension(_server.MailFiles()[0], ".tmp"), "half a ma");
        await _server.WriteMailFiles();
        Assert.NotNull((await MimeMessage.LoadAsync(Assert.Single(_server.MailFiles()))).TextBody);
    }

    [Fact]
    public async Task Unwritable_folder_is_reported_as_a_temporary_failure_without_the_recipient()
    {
        await File.WriteAllTextAsync(Mail, "a file where the folder should be");
        var failure = await Assert.ThrowsAsync<MailException>(
            () => _server.Get<SendMail>().Run(new TestMail("a@example.com"), CancellationToken.None));
        Assert.False(failure.IsFinal);
        Assert.StartsWith($"The mail could not be written to {Mail}: ", failure.Message, Ordinal);
        Assert.DoesNotContain("a@example.com", failure.Message, Ordinal);
    }
}
