using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Tests.Accounts.Profile;

/// <summary>Links that give an account another address are mailed to that address.</summary>
public sealed class SendAddressLinkTests(MailingServer shared) : IClassFixture<MailingServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task A_link_goes_to_the_new_address_and_nothing_is_changed_by_it()
    {
        var owner = await Server.AddAccount("sends@example.com");
        Assert.IsType<AddressOutcome.Sent>(await Send(owner, "Sent@Example.com"));
        var mail = Assert.Single(await Letters("sent@example.com"));
        Assert.Equal(owner.Id, mail.AccountId);
        Assert.Equal("sends@example.com", (await Server.Stored(owner.Id)).Email);
    }

    [Fact]
    public async Task What_is_no_address_gets_no_link()
    {
        var owner = await Server.AddAccount("none@example.com");
        Assert.IsType<AddressOutcome.NoAddress>(await Send(owner, "none"));
    }

    [Fact]
    public async Task An_address_of_another_account_and_one_of_an_account_that_is_gone_get_no_mail_and_the_same_answer()
    {
        var owner = await Server.AddAccount("asks@example.com");
        await Server.AddAccount("taken@example.com");
        Assert.IsType<AddressOutcome.Sent>(await Send(owner, "taken@example.com"));
        Assert.IsType<AddressOutcome.Sent>(await Send(owner, "late@example.com")); // which begins some time later
        await Server.Close(owner.Id);
        Assert.Empty(await Letters("taken@example.com"));
        Assert.Empty(await Letters("late@example.com"));
    }

    [Fact]
    public async Task An_address_gets_so_many_links_in_an_hour_and_no_more()
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
        send => send.Run(new SignedIn(owner.Id, owner.Email!, true, TokenScopes.All), email, CancellationToken.None));

    private async Task<List<AddressLinkMail>> Letters(string email) =>
        [.. (await Server.Letters<AddressLinkMail>()).Where(mail => string.Equals(mail.To, email, StringComparison.Ordinal))];
}
