using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.SignUp;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Jobs.Sweeps;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Jobs.Sweeps;
using OneTimeSecret.Tests.Mail;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Outbox;

/// <summary>Mail files stay in the pickup folder no longer than the secret that they link to.</summary>
public sealed class PurgePickupTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private SignedIn _sender = null!;

    private string[] Files => _server.MailFiles();

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start(Mails.Settings);
        _sender = await _server.SignedIn("sender@example.com");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("revealed")]
    [InlineData("burned")]
    [InlineData("expired")]
    public async Task Mail_file_is_deleted_together_with_its_secret(string end)
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
    public async Task File_that_cannot_be_deleted_does_not_stop_the_deletion_of_others()
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
    public async Task Mail_file_without_a_link_is_deleted_with_its_row_and_not_with_the_secret()
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
    public async Task Mail_file_with_a_link_to_an_account_is_deleted_when_the_link_ends_although_nothing_else_is_deleted()
    {
        await _server.With<RegisterAccount, SignUpOutcome>(
            signUp => signUp.Run("new@example.com", People.Somewhere, CancellationToken.None));
        await _server.Letter<PasswordLinkMail>();
        await _server.Get<DeliverMail>().Run(CancellationToken.None);
        _server.Clock.Advance(AccountLinks.Lifetime - TimeSpan.FromMinutes(1));
        await _server.RunSweep<PurgeSweep>();
        Assert.Single(Files);
        _server.Clock.Advance(TimeSpan.FromMinutes(1));
        await _server.RunSweep<PurgeSweep>();
        Assert.Empty(Files);
    }

    [Fact]
    public async Task Unfinished_and_unknown_mail_files_are_kept_for_an_hour_and_other_files_for_ever()
    {
        Assert.Equal(0, await Purge()); // the folder does not exist yet
        await _server.Get<SendMail>().Run(new TestMail("a@example.com"), CancellationToken.None);
        foreach (var name in (string[])["unfinished.tmp", "odd.eml", "note.txt"])
            await File.WriteAllTextAsync(Path.Combine(_server.Get<DataFolder>().Mail, name), "x");
        _server.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal((0, 4), (await Purge(), Files.Length));
        _server.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(3, await Purge());
        Assert.EndsWith("/note.txt", Assert.Single(Files), Ordinal);
    }

    private async Task<(string SecretKey, string MetadataKey)> Share()
    {
        var receipt = await _server.MailToFile(_sender);
        return (receipt.SecretKey!, receipt.MetadataKey);
    }

    private Task<int> Purge() => _server.Get<PurgePickup>().Run(CancellationToken.None);
}
