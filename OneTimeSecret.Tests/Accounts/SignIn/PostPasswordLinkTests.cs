using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Tests.Accounts.SignIn;

/// <summary>A link for setting a password is mailed to an address that somebody typed.</summary>
public sealed class PostPasswordLinkTests(MailingServer shared) : IClassFixture<MailingServer>
{
    private int _clients;

    private RunningServer Server => shared.Server;

    [Theory]
    [InlineData(true, true, PasswordLinkReason.SignUpAgain), InlineData(true, false, PasswordLinkReason.Asked)]
    [InlineData(false, true, PasswordLinkReason.SignUp), InlineData(false, false, null)]
    public async Task Account_always_gets_a_link_and_unknown_address_only_to_sign_up(bool known, bool signsUp, PasswordLinkReason? reason)
    {
        var email = $"{known}-{signsUp}@example.com".ToLowerInvariant();
        if (known)
            await Server.AddAccount(email);
        await Post(email, signsUp);
        var letters = await Letters(email);
        Assert.Equal(reason is null ? [] : [reason.Value], letters.Select(letter => letter.Reason));
        foreach (var letter in letters)
            Assert.True(await Server.With<SetPassword, bool>(set => set.Opens(email, letter.Token)));
        await using var db = Server.Database();
        Assert.Equal(known || signsUp ? 1 : 0, await db.Users.CountAsync(a => a.Email == email));
    }

    [Fact]
    public async Task Parallel_sign_ups_with_one_address_make_one_account()
    {
        await Verbs.AtOnce(4, _ => Post("race@example.com", signsUp: true));
        Assert.NotEmpty(await Letters("race@example.com"));
        await using var db = Server.Database();
        Assert.Equal(1, await db.Users.CountAsync(a => a.Email == "race@example.com"));
    }

    [Fact]
    public async Task New_link_restarts_the_deadline_of_a_pending_account_only()
    {
        var owner = await Server.AddAccount("old@example.com");
        await Post("waits@example.com", signsUp: true);
        await Letters("waits@example.com");
        Server.Clock.Advance(TimeSpan.FromHours(1));
        var now = Server.Clock.GetUtcNow();
        await Post("waits@example.com", signsUp: false);
        await Post(owner.Email!, signsUp: true);
        Assert.Equal(2, (await Letters("waits@example.com")).Count);
        await using var db = Server.Database();
        Assert.Equal(now, (await db.Users.SingleAsync(a => a.Email == "waits@example.com")).Created, TimeSpan.FromMinutes(1));
        Assert.Equal(owner.Created, (await Server.Stored(owner.Id)).Created, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Account_that_is_deleted_before_the_mail_is_queued_gets_none()
    {
        var owner = await Server.AddAccount("gone@example.com");
        await Post(owner.Email!, signsUp: false); // the mail is queued after a delay
        await Server.Close(owner.Id);
        Assert.Empty(await Letters(owner.Email!));
    }

    private async Task<List<PasswordLinkMail>> Letters(string email) =>
        [.. (await Server.Letters<PasswordLinkMail>()).Where(mail => string.Equals(mail.To, email, StringComparison.Ordinal))];

    /// <summary>Each request comes from another client.</summary>
    private Task<LinkRefusal?> Post(string email, bool signsUp) => Server.With<PostPasswordLink, LinkRefusal?>(post => post.Run(
        signsUp ? LinkUse.SignUp : LinkUse.Password, EmailAddress.Parse(email)!, new($"192.0.2.{Interlocked.Increment(ref _clients)}"),
        [], CancellationToken.None));
}
