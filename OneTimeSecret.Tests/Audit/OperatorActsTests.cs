using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Clients;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Tests.Accounts;
using Act = OneTimeSecret.Core.Audit.Act;

namespace OneTimeSecret.Tests.Audit;

/// <summary>What is done by a verb of the command line leaves one row: an operator has neither account nor address.</summary>
public sealed class OperatorActsTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private Account _account = null!;

    private static CancellationToken Never => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start();
        _account = await _server.AddAccount();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Accounts_and_links_that_he_makes_leave_a_row_each()
    {
        Account added = null!;
        var left = await _server.LeavesOne(async () => added = await _server.AddAccount("second@example.com"));
        Assert.Equal(Operators(AuditKind.AccountAdded) with { Subject = added.Id.ToString() }, left);
        Assert.Equal(
            Operators(AuditKind.PasswordLinkMade),
            await _server.LeavesOne(() => _server.With<LinkAccount, (string, string)>(link => link.Run(People.Email, Never))));
        left = await _server.LeavesOne(
            () => _server.With<InviteAccount, (string, string)>(invite => invite.Run("guest@example.com", Never)));
        Assert.Equal(Operators(AuditKind.PasswordLinkMade) with { Subject = left.Subject }, left);
        Assert.Equal("guest@example.com", (await _server.Stored(Guid.Parse(left.Subject!))).Email);
    }

    [Fact]
    public async Task Tokens_that_he_makes_and_revokes_leave_a_row_each()
    {
        Assert.Equal(
            Operators(AuditKind.TokenMade) with { Detail = "script" },
            await _server.LeavesOne(() => _server.Get<AddToken>().Run(People.Email, "script", TokenScopes.All, null, Never)));
        Task Revoke() => _server.Get<RevokeToken>().Run(People.Email, "script", Never);
        Assert.Equal(Operators(AuditKind.TokenRevoked) with { Detail = "script" }, await _server.LeavesOne(Revoke));
        Assert.Empty(await _server.LeavesAll(() => Assert.ThrowsAsync<AccountException>(Revoke)));
    }

    [Fact]
    public async Task Administrators_that_he_makes_and_demotes_leave_a_row_each()
    {
        await _server.AddAdmin();
        Assert.Equal(
            Operators(AuditKind.AdminGranted),
            await _server.LeavesOne(() => _server.With<GrantAdmin, (int, int)>(grant => grant.Run(People.Email, Never))));
        Task Revoke(string email) => _server.Get<RevokeAdmin>().Run(email, Never);
        Assert.Equal(Operators(AuditKind.AdminRevoked), await _server.LeavesOne(() => Revoke(People.Email)));
        Assert.Empty(await _server.LeavesAll(() => Assert.ThrowsAsync<AccountException>(() => Revoke(Administrators.Email))));
    }

    [Fact]
    public async Task Roots_that_come_and_go_leave_a_row_each()
    {
        var old = _server.Get<KeyRing>().CurrentRoot;
        var left = await _server.LeavesOne(() => _server.Get<RotateKeys>().Run(_ => { }, Never));
        var root = KeyRingFile.Name(_server.Get<KeyRing>().CurrentRoot);
        Assert.Equal(Operators(AuditKind.KeyRotated) with { Subject = root }, left);
        _server.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(
            Operators(AuditKind.KeyRetired) with { Subject = KeyRingFile.Name(old) },
            await _server.LeavesOne(() => _server.Get<RetireKey>().Run(old, Never)));
    }

    [Fact]
    public async Task A_network_that_he_lets_in_again_leaves_a_row_once()
    {
        await _server.Get<BlockNetwork>().Run(await _server.AddAdmin(), "203.0.113.0/24", "abuse", null, Never);
        Task Unblock() => _server.Get<UnblockNetwork>().Run("203.0.113.0/24", Never);
        Assert.Equal(Operators(AuditKind.NetworkUnblocked) with { Subject = "203.0.113.0/24" }, await _server.LeavesOne(Unblock));
        Assert.Empty(await _server.LeavesAll(Unblock));
    }

    private Act Operators(AuditKind kind) => new(kind, AuditActor.Operator, null, null) { Subject = _account.Id.ToString() };
}
