using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Tests.Accounts.Administration;

/// <summary>Accounts become administrators.</summary>
public sealed class GrantAdminTests
{
    [Fact]
    public async Task Promotion_ends_sessions_and_revokes_tokens()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        using var script = await server.Account(People.Email);
        var owner = await server.StoredOwner();
        using var reader = await server.SignIn(back: "/");
        Assert.Equal(AdminOutcome.Done, await server.Promote(admin, owner.Id));
        Assert.False((await reader.Open("/")).IsSignedIn());
        await using var db = server.Database();
        Assert.False(await db.ApiTokens.AnyAsync());
        Assert.Equal(2, await server.CountAdmins());
        Assert.Equal(AdminOutcome.NotThere, await server.Promote(admin, owner.Id));
    }

    [Fact]
    public async Task Unverified_suspended_deleted_or_unknown_account_cannot_be_promoted()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        var (unverified, suspended, gone) = (
            await server.AddAccount("unverified@example.com"), await server.AddAccount("suspended@example.com"),
            await server.SignedIn("gone@example.com"));
        await using (var db = server.Database())
            await db.Users.Where(a => a.Id == unverified.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.EmailConfirmed, false));
        await server.Suspend(admin, suspended.Id);
        await server.Get<DeleteAccount>().Run(gone, gone.Email, People.Somewhere, CancellationToken.None);
        foreach (var id in new[] { unverified.Id, suspended.Id, gone.Id, Guid.NewGuid() })
            Assert.Equal(AdminOutcome.NotThere, await server.Promote(admin, id));
        await Assert.ThrowsAsync<AccountException>(
            () => server.With<GrantAdmin, (int, int)>(grant => grant.Run("suspended@example.com", CancellationToken.None)));
        Assert.Equal(AdminOutcome.Done, await server.Resume(admin, suspended.Id));
        Assert.Equal(1, await server.CountAdmins());
    }

    [Fact]
    public async Task First_administrators_can_be_granted_in_parallel()
    {
        await using var server = await RunningServer.Start();
        const int Many = 8;
        for (var i = 0; i < Many; i++)
            await server.AddAccount($"somebody{i}@example.com");
        await Verbs.AtOnce(Many, i => server.With<GrantAdmin, (int, int)>(
            grant => grant.Run($"somebody{i}@example.com", CancellationToken.None)));
        Assert.Equal(Many, await server.CountAdmins());
        await using var db = server.Database();
        Assert.Single(await db.Roles.ToListAsync());
    }
}
