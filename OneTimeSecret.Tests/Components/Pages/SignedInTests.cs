using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Mail;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Components.Pages;

/// <summary>What the home page and the receipt offer to people who are signed in.</summary>
public sealed class SignedInTests
{
    [Fact]
    public async Task A_link_is_mailed_to_the_recipient_and_the_account_owns_the_receipt()
    {
        await using var server = await RunningServer.Start(People.Mails);
        var owner = await server.AddAccount();
        using var reader = await server.SignIn(back: "/");
        await reader.Send(("Input.Secret", "value"), ("Input.Recipient", "friend@example.com"), ("Input.Lifetime", "2592000"));
        Assert.Equal("Your link is ready", reader.Heading);
        Assert.Contains("fr***@e***.com", reader.Text("dl"), Ordinal);
        var mail = await server.Letter<SecretLinkMail>();
        Assert.Equal(("friend@example.com", People.Email), (mail.To, mail.From));
        await using var db = server.Database();
        var receipt = await db.Receipts.AsNoTracking().SingleAsync();
        Assert.Equal((owner.Id, 2_592_000), (receipt.OwnerId, receipt.Ttl));
        Assert.False(reader.Has("#adopt"));
    }

    [Theory, InlineData(true, true, true), InlineData(true, false, false), InlineData(false, true, false)]
    public async Task The_recipient_field_is_shown_only_to_accounts_that_can_send_mail(bool mails, bool proved, bool asks)
    {
        await using var server = await RunningServer.Start(mails ? People.Mails : []);
        await server.AddAccount();
        await using (var db = server.Database())
            await db.Users.ExecuteUpdateAsync(set => set.SetProperty(a => a.EmailConfirmed, proved));
        using var reader = await server.SignIn(back: "/");
        Assert.Equal(asks, reader.Has("#recipient"));
        Assert.True(reader.Has("#lifetime [value='2592000']"));
        await new Reader(server).Open("/");
        using var stranger = await new Reader(server).Open("/");
        Assert.False(stranger.Has("#recipient") || stranger.Has("#lifetime [value='2592000']"));
    }

    [Theory]
    [InlineData("nonsense", "No mail can be sent to this address", 200)]
    [InlineData("gone@example.com", "The owner of this address wants no mails", 200)]
    [InlineData("full@example.com", "as many mails as a day allows", 200)]
    public async Task An_unusable_recipient_is_reported_at_its_field_and_no_input_is_lost(
        string recipient, string message, int status)
    {
        await using var server = await RunningServer.Start([.. People.Mails, "--Limits:MailsPerRecipient=1"]);
        var owner = await server.SignedIn(People.Email);
        await server.OptOut("gone@example.com");
        await server.Mail(owner, "full@example.com");
        using var reader = await server.SignIn(back: "/");
        await reader.Send(("Input.Secret", "typed"), ("Input.Passphrase", "long enough"), ("Input.Recipient", recipient));
        Assert.Contains(message, reader.Text("#recipient-error"), Ordinal);
        Assert.Equal(
            (status, recipient), (reader.Status, reader.Value("#recipient[autofocus][aria-invalid=true]")));
        Assert.Equal(("typed", "long enough"), (reader.Value("#secret"), reader.Value("#passphrase")));
        await using var db = server.Database();
        Assert.Equal(1, await db.Receipts.CountAsync());
    }

    [Fact]
    public async Task A_recipient_without_a_session_is_refused_and_no_input_is_lost()
    {
        await using var server = await RunningServer.Start(People.Mails);
        await server.AddAccount();
        using var reader = await new Reader(server).Open("/");
        await reader.Send(("Input.Secret", "typed"), ("Input.Recipient", "friend@example.com"));
        Assert.StartsWith("Only people who are signed in", reader.Text("#recipient-error"), Ordinal);
        Assert.Equal(("typed", "friend@example.com"), (reader.Value("#secret"), reader.Value("#recipient")));
        await reader.Send(("Input.Recipient", ""));
        Assert.Equal("Your link is ready", reader.Heading);
    }

    [Fact]
    public async Task A_signed_in_person_can_adopt_a_receipt_without_an_owner()
    {
        await using var server = await RunningServer.Start();
        var owner = await server.AddAccount();
        var (key, metadata) = await server.Conceal("value");
        using var stranger = await new Reader(server).Open($"/receipt/{metadata.Text}");
        Assert.False(stranger.Has("#adopt"));
        using var reader = await server.SignIn(back: $"/receipt/{metadata.Text}");
        Assert.Contains(People.Email, reader.Text("section:has(#adopt)"), Ordinal);
        await reader.SendForm("section:has(#adopt) form");
        Assert.Equal("This receipt is in your secrets now.", reader.Text(".note[role=status]"));
        await using (var db = server.Database())
            Assert.Equal(owner.Id, (await db.Receipts.AsNoTracking().SingleAsync()).OwnerId);
        await reader.Open($"/receipt/{metadata.Text}");
        Assert.False(reader.Has("#adopt"));
        Assert.Equal("value", (await server.TryReveal(key)).Value());

        await server.AddAccount("eve@example.com");
        using var eve = await server.SignIn("eve@example.com", back: $"/receipt/{metadata.Text}");
        Assert.False(eve.Has("#adopt"));
    }

    [Fact]
    public async Task The_second_of_two_people_who_adopt_a_receipt_is_told_that_it_failed()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        await server.AddAccount("eve@example.com");
        var (_, metadata) = await server.Conceal("value");
        using var reader = await server.SignIn(back: $"/receipt/{metadata.Text}");
        using var eve = await server.SignIn("eve@example.com", back: $"/receipt/{metadata.Text}");
        await reader.SendForm("section:has(#adopt) form");
        await eve.SendForm("section:has(#adopt) form");
        Assert.StartsWith("It could not be added", eve.Text(".note[role=status]"), Ordinal);
    }
}
