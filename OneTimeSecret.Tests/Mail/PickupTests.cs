using System.Runtime.Versioning;
using Microsoft.EntityFrameworkCore;
using MimeKit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Mail;

/// <summary>Mails as files: for the program's own user alone, and no longer than what they lead to.</summary>
public sealed class PickupTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private HttpClient _account = null!;

    private string Mail => _server.Get<DataFolder>().Mail;

    private string[] Files => Directory.Exists(Mail) ? Directory.GetFiles(Mail) : [];

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start("--Mail:Transport=Pickup", "--Site:PublicUrl=https://secrets.example.com");
        _account = await _server.Account("sender@example.com");
    }

    public async ValueTask DisposeAsync()
    {
        _account.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_mail_is_a_file_of_its_own_that_nobody_else_may_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        var (key, _) = await Share();
        var file = Assert.Single(Files);
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
    public async Task A_second_delivery_takes_the_place_of_the_first_even_after_one_that_was_cut_off()
    {
        await Share();
        await File.WriteAllTextAsync(Path.ChangeExtension(Files[0], ".tmp"), "half a ma");
        await Deliver();
        Assert.NotNull((await MimeMessage.LoadAsync(Assert.Single(Files))).TextBody);
    }

    [Theory]
    [InlineData("revealed")]
    [InlineData("burned")]
    [InlineData("expired")]
    public async Task A_mail_vanishes_with_its_secret(string end)
    {
        var (key, metadata) = await Share();
        await Share();
        Assert.Equal((0, 2), (await Purge(), Files.Length));
        if (end is "revealed")
            await _server.Reveal(key);
        else if (end is "burned")
            await _server.TryBurn(MetadataKey.Parse(metadata)!);
        else
            _server.Clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(end is "expired" ? 2 : 1, await Purge());
        Assert.DoesNotContain(Files, file => File.ReadAllText(file).Contains(key, Ordinal));
    }

    [Fact]
    public async Task A_file_that_cannot_be_erased_keeps_no_other()
    {
        for (var i = 0; i < 3; i++)
            await _server.Reveal((await Share()).SecretKey);
        var stuck = Files.Order(StringComparer.Ordinal).First();
        await using (new FileStream(stuck, FileMode.Open, FileAccess.Read, FileShare.None))
            await Assert.ThrowsAsync<IOException>(Purge);
        Assert.Equal([stuck], Files);
        Assert.Equal(1, await Purge());
    }

    [Fact]
    public async Task A_mail_without_a_link_stays_when_the_secret_is_gone_and_goes_with_its_row()
    {
        var (key, _) = await Share();
        await _server.Reveal(key);
        await using var db = _server.Database();
        await db.Mails.ExecuteUpdateAsync(set => set.SetProperty(m => m.Kind, MailKind.SecretViewed));
        Assert.Equal((0, 1), (await Purge(), Files.Length));
        await db.Mails.ExecuteDeleteAsync();
        _server.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(1, await Purge());
    }

    [Fact]
    public async Task What_is_unfinished_or_not_in_the_database_stays_an_hour_and_what_is_not_ours_for_ever()
    {
        Assert.Equal(0, await Purge()); // without the folder
        await _server.Get<SendMail>().Run(new TestMail("a@example.com"), CancellationToken.None);
        foreach (var name in (string[])["unfinished.tmp", "odd.eml", "note.txt"])
            await File.WriteAllTextAsync(Path.Combine(Mail, name), "x");
        _server.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal((0, 4), (await Purge(), Files.Length));
        _server.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(3, await Purge());
        Assert.EndsWith("/note.txt", Assert.Single(Files), Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_said_to_be_so_and_tried_again()
    {
        await File.WriteAllTextAsync(Mail, "a file where the folder should be");
        var failure = await Assert.ThrowsAsync<MailException>(
            () => _server.Get<SendMail>().Run(new TestMail("a@example.com"), CancellationToken.None));
        Assert.False(failure.IsFinal);
        Assert.StartsWith($"The mail could not be written to {Mail}: ", failure.Message, Ordinal);
        Assert.DoesNotContain("a@example.com", failure.Message, Ordinal);
    }

    /// <summary>Makes a secret with a recipient, and writes its mail.</summary>
    private async Task<(string SecretKey, string MetadataKey)> Share()
    {
        var receipt = await RunningServer.Json(
            await RunningServer.Post(_account, "/api/v1/share", ("secret", "x"), ("recipient", "jane@example.org")));
        await Deliver();
        return ((string)receipt["secret_key"]!, (string)receipt["metadata_key"]!);
    }

    private async Task Deliver()
    {
        await using var db = _server.Database();
        await using var connection = await _server.Get<IMailTransport>().Connect(CancellationToken.None);
        foreach (var row in await db.Outbox.ToListAsync())
        {
            var content = row.Open(_server.Get<KeyRing>());
            await connection.Send(row.Id, _server.Get<ComposeMail>().Run(row.Id, content), CancellationToken.None);
        }
    }

    private Task<int> Purge() => _server.Get<PurgePickup>().Run(CancellationToken.None);
}
