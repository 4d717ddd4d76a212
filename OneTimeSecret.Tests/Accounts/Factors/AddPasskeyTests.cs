using System.Security.Cryptography;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Factors;

/// <summary>A passkey that ASP.NET Core Identity has verified is stored.</summary>
public sealed class AddPasskeyTests(MailingServer shared) : IClassFixture<MailingServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task New_passkey_is_listed_mailed_to_the_owner_and_recorded_in_the_audit_trail()
    {
        var (owner, id) = (await Server.AddAccount(), NewId());
        await Server.Leaves(
            async () => Assert.True(await Server.AddPasskey(owner.Id, id, "  My key ")),
            LeftRow.ByOwner(AuditKind.PasskeyAdded, owner.Id, $"{owner.Id}"));
        var passkey = Assert.Single(await List(owner.Id));
        Assert.Equal("My key", passkey.Name);
        Assert.Equal(id, passkey.Id);
        Assert.Equal([AccountEvent.PasskeyAdded], await Server.Notices());
    }

    [Fact]
    public async Task Passkey_without_a_valid_name_is_named_after_the_browser()
    {
        var owner = await Server.AddAccount("unnamed@example.com");
        foreach (var name in (string?[])[null, " ", "two\nlines", new string('x', Passkeys.MaxNameLength + 1)])
            Assert.True(await Server.AddPasskey(owner.Id, NewId(), name));
        Assert.All(await List(owner.Id), passkey => Assert.Equal(People.Somewhere.Browser, passkey.Name));
    }

    [Fact]
    public async Task Known_credential_cannot_be_added_again_to_any_account()
    {
        var (owner, eve, id) = (await Server.AddAccount("known@example.com"), await Server.AddAccount("eve@example.com"), NewId());
        Assert.True(await Server.AddPasskey(owner.Id, id));
        await Server.Leaves(async () =>
        {
            Assert.False(await Server.AddPasskey(owner.Id, id));
            Assert.False(await Server.AddPasskey(eve.Id, id));
        });
        Assert.Single(await List(owner.Id));
        Assert.Empty(await List(eve.Id));
        var both = await Server.Race(2, i => Server.AddPasskey(i == 0 ? owner.Id : eve.Id, [1, 2, 3]));
        Assert.Single(both, added => added);
    }

    [Fact]
    public async Task Account_has_at_most_twenty_passkeys_even_with_parallel_requests()
    {
        var owner = await Server.AddAccount("many@example.com");
        var added = await Server.Race(Passkeys.Most + 2, _ => Server.AddPasskey(owner.Id, NewId()));
        Assert.Equal(Passkeys.Most, added.Count(one => one));
        Assert.Equal(Passkeys.Most, (await List(owner.Id)).Count);
    }

    [Fact]
    public async Task Deleted_or_unknown_account_gets_no_passkey()
    {
        var owner = await Server.AddAccount("gone@example.com");
        await Server.Close(owner.Id);
        Assert.False(await Server.AddPasskey(owner.Id, NewId()));
        Assert.False(await Server.AddPasskey(Guid.NewGuid(), NewId()));
    }

    private static byte[] NewId() => RandomNumberGenerator.GetBytes(16);

    private Task<IReadOnlyList<Passkey>> List(Guid accountId) => Server.Get<Passkeys>().List(accountId, CancellationToken.None);
}
