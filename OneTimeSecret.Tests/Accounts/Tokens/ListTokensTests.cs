using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Tests.Api.V1;

namespace OneTimeSecret.Tests.Accounts.Tokens;

/// <summary>The list of an account's tokens.</summary>
public sealed class ListTokensTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Only_the_accounts_own_tokens_are_listed_oldest_first()
    {
        var (owner, other) = (await Server.AddAccount(), await Server.AddAccount("other@example.com"));
        foreach (var name in (string[])["c", "a", "b"])
        {
            await Add(owner.Email!, name);
            Server.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        var foreign = await Add(other.Email!, "theirs");
        var (byId, byEmail) = (
            await Server.Get<ListTokens>().Run(owner.Id, CancellationToken.None),
            await Server.Get<ListTokens>().Run("Owner@Example.com", CancellationToken.None));
        Assert.Equal(["c", "a", "b"], byId.Select(token => token.Name), StringComparer.Ordinal);
        Assert.Equal(["c", "a", "b"], byEmail.Select(token => token.Name), StringComparer.Ordinal);
        Assert.All(byId, token => Assert.Null(token.LastUsed));

        await Server.Get<VerifyToken>().Run(other.Email!, foreign, CancellationToken.None);
        var used = Assert.Single(await Server.Get<ListTokens>().Run(other.Id, CancellationToken.None));
        Assert.Equal(Server.Clock.GetUtcNow(), used.LastUsed!.Value, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Unknown_address_is_refused_and_an_unknown_id_has_an_empty_list()
    {
        var refusal = await Assert.ThrowsAsync<AccountException>(
            () => Server.Get<ListTokens>().Run("nobody@example.com", CancellationToken.None));
        Assert.StartsWith("There is no account nobody@example.com", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(await Server.Get<ListTokens>().Run(Guid.NewGuid(), CancellationToken.None));
    }

    private Task<string> Add(string email, string name) =>
        Server.Get<AddToken>().Run(email, name, TokenScopes.All, null, CancellationToken.None);
}
