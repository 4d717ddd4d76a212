using Microsoft.AspNetCore.Identity;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Profile;

/// <summary>Opening the link that was mailed to an address gives that address to the account.</summary>
public sealed class ConfirmAddressTests(MailingServer shared) : IClassFixture<MailingServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Link_sets_and_verifies_the_new_address_and_the_old_address_gets_a_notice()
    {
        var owner = await Server.AddAccount("before@example.com");
        Assert.True(await Confirm(owner.Id, "after@example.com", await Token(owner.Id, "after@example.com")));
        var stored = await Server.Stored(owner.Id);
        Assert.Equal(("after@example.com", true), (stored.Email, stored.EmailConfirmed));
        Assert.Equal("AFTER@EXAMPLE.COM", stored.NormalizedEmail);
        Assert.NotEqual(owner.SecurityStamp, stored.SecurityStamp, StringComparer.Ordinal);
        Assert.Equal([AccountEvent.AddressChanged], await Server.Notices("before@example.com"));
    }

    [Fact]
    public async Task Link_works_once_and_only_for_its_own_account_and_address()
    {
        var (owner, other) = (await Server.AddAccount("one@example.com"), await Server.AddAccount("other@example.com"));
        var token = await Token(owner.Id, "two@example.com");
        Assert.False(await Confirm(other.Id, "two@example.com", token));
        Assert.False(await Confirm(owner.Id, "three@example.com", token));
        Assert.False(await Confirm(owner.Id, "two@example.com", token + "x"));
        Assert.False(await Confirm(owner.Id, "none", token));
        Assert.False(await Confirm(Guid.NewGuid(), "two@example.com", token));
        Assert.Single(await Verbs.AtOnce(2, _ => Confirm(owner.Id, "two@example.com", token)), taken => taken);
        Assert.False(await Confirm(owner.Id, "two@example.com", token));
        Assert.Equal([AccountEvent.AddressChanged], await Server.Notices("one@example.com"));
        Assert.Empty(await Server.Notices("two@example.com"));
    }

    [Fact]
    public async Task Address_that_another_account_took_meanwhile_is_refused()
    {
        var owner = await Server.AddAccount("wants@example.com");
        var token = await Token(owner.Id, "wanted@example.com");
        await Server.AddAccount("wanted@example.com");
        Assert.False(await Confirm(owner.Id, "wanted@example.com", token));
        Assert.Equal("wants@example.com", (await Server.Stored(owner.Id)).Email);
        Assert.Empty(await Server.Notices("wants@example.com"));
    }

    [Fact]
    public async Task Link_that_is_opened_twice_at_once_works_once_and_only_the_old_address_gets_a_notice()
    {
        var owner = await Server.AddAccount("first@example.com");
        var token = await Token(owner.Id, "second@example.com");
        var outcomes = await Server.Race(2, _ => Confirm(owner.Id, "second@example.com", token));
        Assert.Single(outcomes, taken => taken);
        Assert.Equal([AccountEvent.AddressChanged], await Server.Notices("first@example.com"));
        Assert.Empty(await Server.Notices("second@example.com"));
    }

    private Task<bool> Confirm(Guid account, string email, string token) => Server.With<ConfirmAddress, bool>(
        confirm => confirm.Run(account, email, token, People.Somewhere, CancellationToken.None));

    private Task<string> Token(Guid account, string email) => Server.With<UserManager<Account>, string>(
        async users => await users.GenerateChangeEmailTokenAsync((await users.FindByIdAsync($"{account}"))!, email));
}
