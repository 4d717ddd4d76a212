using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Factors;

/// <summary>A signature that Identity has checked counts only for a passkey that the server itself has taken.</summary>
public sealed class UsePasskeyTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task A_counter_that_has_moved_on_counts_and_is_kept()
    {
        var owner = await Owner("counter", [1]);
        foreach (var (counter, counts) in ((uint, bool)[])[(5, true), (5, false), (4, false), (0, false), (6, true)])
            Assert.Equal(counts, await Use(owner, PasskeyOwners.Checked([1], counter)));
    }

    [Fact]
    public async Task A_passkey_that_does_not_count_signs_in_again_and_again()
    {
        var owner = await Owner("without", [2]);
        for (var i = 0; i < 3; i++)
            Assert.True(await Use(owner, PasskeyOwners.Checked([2])));
    }

    [Fact]
    public async Task Of_several_answers_with_the_same_counter_at_once_one_counts()
    {
        var owner = await Owner("race", [3]);
        Assert.Single(await Server.Race(4, _ => Use(owner, PasskeyOwners.Checked([3], 7))), counts => counts);
    }

    [Fact]
    public async Task Another_key_another_credential_and_another_account_count_for_nothing()
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
    public async Task A_row_that_the_server_did_not_write_counts_for_nothing()
    {
        var (owner, eve) = (await Owner("moved-to", [7]), await Owner("moved-from", [8]));
        await using var db = Server.Database();
        await db.UserPasskeys.Where(p => p.UserId == eve).ExecuteUpdateAsync(set => set.SetProperty(p => p.UserId, owner));
        Assert.False(await Use(owner, PasskeyOwners.Checked([8])));
        Assert.True(await Use(owner, PasskeyOwners.Checked([7])));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_suspended_or_deleted_account_is_not_signed_in(bool suspended)
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
