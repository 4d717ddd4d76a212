using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Tests.Accounts.Profile;

/// <summary>The link that changes an account's address is mailed to the new address.</summary>
public sealed class SendAddressLinkTests(MailingServer shared) : IClassFixture<MailingServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Link_goes_to_the_new_address_and_does_not_change_the_account()
    {
        var owner = await Server.AddAccount("sends@example.com");
        Assert.IsType<AddressOutcome.Sent>(await Send(owner, "Sent@Example.com"));
        var mail = Assert.Single(await Letters("sent@example.com"));
        Assert.Equal(owner.Id, mail.AccountId);
        Assert.Equal("sends@example.com", (await Server.Stored(owner.Id)).Email);
    }

    [Fact]
    public async Task Invalid_address_is_refused()
    {
        var owner = await Server.AddAccount("none@example.com");
        Assert.IsType<AddressOutcome.NoAddress>(await Send(owner, "none"));
    }

    [Fact]
    public async Task Taken_address_and_deleted_account_cause_no_mail_but_the_same_answer()
    {
        var owner = await Server.AddAccount("asks@example.com");
        await Server.AddAccount("taken@example.com");
        Assert.IsType<AddressOutcome.Sent>(await Send(owner, "taken@example.com"));
        Assert.IsType<AddressOutcome.Sent>(await Send(owner, "late@example.com")); // the mail is queued after a delay
        await Server.Close(owner.Id);
        Assert.Empty(await Letters("taken@example.com"));
        Assert.Empty(await Letters("late@example.com"));
    }

    [Fact]
    public async Task Number_of_links_to_one_address_is_limited()
    {
        var owner = await Server.AddAccount("often@example.com");
        var outcomes = new List<AddressOutcome>();
        do
            outcomes.Add(await Send(owner, "flood@example.com"));
        while (outcomes[^1] is AddressOutcome.Sent && outcomes.Count < 100);
        Assert.IsType<AddressOutcome.TooMany>(outcomes[^1]);
        Assert.Equal(outcomes.Count - 1, (await Letters("flood@example.com")).Count);
    }

    private Task<AddressOutcome> Send(Account owner, string email) => Server.With<SendAddressLink, AddressOutcome>(
        send => send.Run(new SignedIn(owner.Id, owner.Email!, true, TokenScopes.All), email, "192.0.2.1", CancellationToken.None));

    private async Task<List<AddressLinkMail>> Letters(string email) =>
        [.. (await Server.Letters<AddressLinkMail>()).Where(mail => string.Equals(mail.To, email, StringComparison.Ordinal))];
}
