using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Tokens;

/// <summary>A revoked token no longer works.</summary>
public sealed class RevokeTokenTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Owner_revokes_one_token_once_and_the_audit_trail_names_it()
    {
        var owner = await Server.AddAccount();
        var (laptop, robot) = (await Add(owner.Email!, "laptop"), await Add(owner.Email!, "robot"));
        var hash = await Hash(owner.Id, "laptop");
        await Server.Leaves(
            async () => Assert.True(await Revoke(owner.Id, hash)),
            LeftRow.ByOwner(AuditKind.TokenRevoked, owner.Id, $"{owner.Id}", "laptop"));
        await Server.Leaves(async () => Assert.False(await Revoke(owner.Id, hash)));
        Assert.Null(await Verify(owner.Email!, laptop));
        Assert.NotNull(await Verify(owner.Email!, robot));
    }

    [Fact]
    public async Task Operator_revokes_a_token_by_name_and_an_unknown_name_or_account_is_refused()
    {
        var (owner, other) = (await Server.AddAccount("operated@example.com"), await Server.AddAccount("same@example.com"));
        var (mine, theirs) = (await Add(owner.Email!, "robot"), await Add(other.Email!, "robot"));
        await Server.Leaves(
            () => ByOperator("Operated@Example.com", "robot"),
            LeftRow.ByOperator(AuditKind.TokenRevoked, $"{owner.Id}", "robot"));
        Assert.Null(await Verify(owner.Email!, mine));
        Assert.NotNull(await Verify(other.Email!, theirs));
        await IsRefused("operated@example.com", "has no token named 'robot'");
        await IsRefused("nobody@example.com", "There is no account nobody@example.com");

        Task IsRefused(string email, string reason) => Server.Leaves(async () => Assert.Contains(
            reason, (await Assert.ThrowsAsync<AccountException>(() => ByOperator(email, "robot"))).Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Token_of_another_account_cannot_be_revoked()
    {
        var (owner, eve) = (await Server.AddAccount("mine@example.com"), await Server.AddAccount("eve@example.com"));
        var token = await Add(owner.Email!, "laptop");
        var hash = await Hash(owner.Id, "laptop");
        await Server.Leaves(async () => Assert.False(await Revoke(eve.Id, hash)));
        Assert.NotNull(await Verify(owner.Email!, token));
    }

    [Fact]
    public async Task Only_one_of_parallel_revocations_succeeds_and_leaves_an_audit_row()
    {
        var owner = await Server.AddAccount("race@example.com");
        await Add(owner.Email!, "laptop");
        var hash = await Hash(owner.Id, "laptop");
        await Server.Leaves(
            async () => Assert.Single(await Server.Race(3, _ => Revoke(owner.Id, hash)), revoked => revoked),
            LeftRow.ByOwner(AuditKind.TokenRevoked, owner.Id, $"{owner.Id}", "laptop"));
    }

    private Task<string> Add(string email, string name) =>
        Server.Get<AddToken>().Run(email, name, TokenScopes.All, null, CancellationToken.None);

    private Task<bool> Revoke(Guid accountId, byte[] hash) =>
        Server.Get<RevokeToken>().Run(accountId, hash, People.Somewhere, CancellationToken.None);

    private Task ByOperator(string email, string name) => Server.Get<RevokeToken>().Run(email, name, CancellationToken.None);

    private Task<SignedIn?> Verify(string email, string token) => Server.AccountOf(email, token);

    private async Task<byte[]> Hash(Guid accountId, string name) =>
        (await Server.Get<ListTokens>().Run(accountId, CancellationToken.None))
            .Single(token => string.Equals(token.Name, name, StringComparison.Ordinal)).Hash;
}
