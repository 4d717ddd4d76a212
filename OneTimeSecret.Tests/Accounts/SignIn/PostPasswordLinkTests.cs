using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Tests.Accounts.SignIn;

/// <summary>Links for setting a password are mailed to whoever types an address.</summary>
public sealed class PostPasswordLinkTests(MailingServer shared) : IClassFixture<MailingServer>
{
    private RunningServer Server => shared.Server;

    [Theory]
    [InlineData(true, true, PasswordLinkReason.SignUpAgain), InlineData(true, false, PasswordLinkReason.Asked)]
    [InlineData(false, true, PasswordLinkReason.SignUp), InlineData(false, false, null)]
    public async Task An_account_gets_a_mail_and_nobody_only_to_sign_up(bool known, bool signsUp, PasswordLinkReason? reason)
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
    public async Task Several_who_sign_up_at_once_make_one_account()
    {
        await Verbs.AtOnce(4, _ => Post("race@example.com", signsUp: true));
        Assert.NotEmpty(await Letters("race@example.com"));
        await using var db = Server.Database();
        Assert.Equal(1, await db.Users.CountAsync(a => a.Email == "race@example.com"));
    }

    [Fact]
    public async Task A_new_link_begins_the_time_of_an_account_that_waits_anew_and_of_no_other()
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
    public async Task An_account_that_is_deleted_before_the_mail_is_written_gets_none()
    {
        var owner = await Server.AddAccount("gone@example.com");
        await Post(owner.Email!, signsUp: false); // which begins some time later
        await Server.Close(owner.Id);
        Assert.Empty(await Letters(owner.Email!));
    }

    private async Task<List<PasswordLinkMail>> Letters(string email) =>
        [.. (await Server.Letters<PasswordLinkMail>()).Where(mail => string.Equals(mail.To, email, StringComparison.Ordinal))];

    private Task<bool> Post(string email, bool signsUp) => Server.With<PostPasswordLink, bool>(async post =>
    {
        await post.Run(EmailAddress.Parse(email)!, signsUp);
        return true;
    });
}
