using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Tests.Api.V1;

namespace OneTimeSecret.Tests.Accounts.Tokens;

/// <summary>The database says at every request who a token speaks for.</summary>
public sealed class VerifyTokenTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task The_right_token_speaks_for_its_account_with_its_scopes_and_limits()
    {
        var owner = await Server.AddAccount();
        var token = await Add(owner.Email!, TokenScopes.Create | TokenScopes.Reveal);
        Assert.Equal(
            new SignedIn(owner.Id, People.Email, MayMail: true, TokenScopes.Create | TokenScopes.Reveal),
            await Verify("Owner@Example.com", token));
        await using var db = Server.Database();
        await db.Users.Where(a => a.Id == owner.Id).ExecuteUpdateAsync(
            set => set.SetProperty(a => a.EmailConfirmed, false).SetProperty(a => a.RequestLimit, 7));
        var account = (await Verify(owner.Email!, token))!;
        Assert.Equal((false, 7), (account.MayMail, account.RequestLimit));
    }

    [Fact]
    public async Task A_wrong_token_another_accounts_and_one_whose_row_was_moved_speak_for_nobody()
    {
        var (owner, eve) = (await Server.AddAccount("mine@example.com"), await Server.AddAccount("eve@example.com"));
        var (mine, theirs) = (await Add(owner.Email!), await Add(eve.Email!));
        foreach (var (email, token) in ((string, string)[])[
            (owner.Email!, theirs), (owner.Email!, mine.ToUpperInvariant()), (owner.Email!, mine[..^1]), (owner.Email!, ""),
            ("nobody@example.com", mine), ("nonsense", mine)])
            Assert.Null(await Verify(email, token));
        Assert.NotNull(await Verify(owner.Email!, mine));
        await using var db = Server.Database();
        await db.ApiTokens.Where(t => t.AccountId == owner.Id).ExecuteDeleteAsync();
        await db.ApiTokens.Where(t => t.AccountId == eve.Id).ExecuteUpdateAsync(set => set.SetProperty(t => t.AccountId, owner.Id));
        Assert.Null(await Verify(owner.Email!, theirs));
        Assert.Null(await Verify(eve.Email!, theirs));
    }

    [Fact]
    public async Task A_token_works_until_the_moment_of_its_end()
    {
        var owner = await Server.AddAccount("ends@example.com");
        var token = await Add(owner.Email!, lifetime: TimeSpan.FromHours(1));
        Server.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        Assert.NotNull(await Verify(owner.Email!, token));
        Server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await Verify(owner.Email!, token));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_suspended_or_deleted_account_is_nobodys(bool suspended)
    {
        var owner = await Server.AddAccount($"closed-{suspended}@example.com");
        var token = await Add(owner.Email!);
        await Server.Close(owner.Id, suspended);
        Assert.Null(await Verify(owner.Email!, token));
    }

    [Fact]
    public async Task Its_last_use_is_kept_to_the_hour()
    {
        var owner = await Server.AddAccount("used@example.com");
        var token = await Add(owner.Email!);
        await Verify(owner.Email!, token);
        var first = await LastUsed();
        Assert.NotNull(first);
        Server.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        await Verify(owner.Email!, token);
        Assert.Equal(first, await LastUsed()); // not written down at every request
        Server.Clock.Advance(TimeSpan.FromSeconds(1));
        await Verify(owner.Email!, token + "x");
        Assert.Equal(first, await LastUsed());
        await Verify(owner.Email!, token);
        Assert.Equal(first + TimeSpan.FromHours(1), await LastUsed());

        async Task<DateTimeOffset?> LastUsed() =>
            Assert.Single(await Server.Get<ListTokens>().Run(owner.Id, CancellationToken.None)).LastUsed;
    }

    private Task<string> Add(string email, TokenScopes scopes = TokenScopes.All, TimeSpan? lifetime = null) =>
        Server.Get<AddToken>().Run(email, "test", scopes, lifetime, CancellationToken.None);

    private Task<SignedIn?> Verify(string email, string token) => Server.Get<VerifyToken>().Run(email, token, CancellationToken.None);
}
