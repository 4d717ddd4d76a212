using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Factors;

/// <summary>A signature that ASP.NET Core Identity has verified counts only for a passkey that this server stored.</summary>
public sealed class UsePasskeyTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Signature_counts_only_if_its_counter_is_higher_than_the_stored_one()
    {
        var owner = await Owner("counter", [1]);
        foreach (var (counter, counts) in ((uint, bool)[])[(5, true), (5, false), (4, false), (0, false), (6, true)])
            Assert.Equal(counts, await Use(owner, PasskeyOwners.Checked([1], counter)));
    }

    [Fact]
    public async Task Passkey_without_a_counter_can_be_used_repeatedly()
    {
        var owner = await Owner("without", [2]);
        for (var i = 0; i < 3; i++)
            Assert.True(await Use(owner, PasskeyOwners.Checked([2])));
    }

    [Fact]
    public async Task Only_one_of_parallel_signatures_with_the_same_counter_counts()
    {
        var owner = await Owner("race", [3]);
        Assert.Single(await Server.Race(4, _ => Use(owner, PasskeyOwners.Checked([3], 7))), counts => counts);
    }

    [Fact]
    public async Task Other_public_key_other_credential_and_other_account_are_refused()
    {
        var (owner, eve) = (await Owner("mine", [4]), await Owner("eve", [5]));
        var other = new UserPasskeyInfo([4], [3], default, 0, null, true, false, false, [], []);
        Assert.False(await Use(owner, other));
        Assert.False(await Use(owner, PasskeyOwners.Checked([6])));
        Assert.False(await Use(owner, PasskeyOwners.Checked([5])));
        Assert.False(await Use(eve, PasskeyOwners.Checked([4])));
        Assert.True(await Use(owner, PasskeyOwners.Checked([4])));
    }

    [Fact]
    public async Task Passkey_row_that_was_moved_to_another_account_is_refused()
    {
        var (owner, eve) = (await Owner("moved-to", [7]), await Owner("moved-from", [8]));
        await using var db = Server.Database();
        await db.UserPasskeys.Where(p => p.UserId == eve).ExecuteUpdateAsync(set => set.SetProperty(p => p.UserId, owner));
        Assert.False(await Use(owner, PasskeyOwners.Checked([8])));
        Assert.True(await Use(owner, PasskeyOwners.Checked([7])));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Passkey_of_a_suspended_or_deleted_account_is_refused(bool suspended)
    {
        byte[] id = [9, suspended ? (byte)1 : (byte)0];
        var owner = await Owner($"closed-{suspended}", id);
        await Server.Close(owner, suspended);
        Assert.False(await Use(owner, PasskeyOwners.Checked(id)));
    }

    private async Task<Guid> Owner(string name, byte[] passkey)
    {
        var owner = await Server.AddAccount($"{name}@example.com");
        Assert.True(await Server.AddPasskey(owner.Id, passkey));
        return owner.Id;
    }

    private Task<bool> Use(Guid accountId, UserPasskeyInfo used) =>
        Server.Get<UsePasskey>().Run(accountId, used, CancellationToken.None);
}
