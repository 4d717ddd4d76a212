using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Tests.Api.V1;

namespace OneTimeSecret.Tests.Accounts.Tokens;

/// <summary>Every request looks up in the database which account a token belongs to.</summary>
public sealed class VerifyTokenTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Valid_token_returns_its_account_with_scopes_and_limits()
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
    public async Task Wrong_token_token_of_another_account_and_token_with_a_moved_row_are_refused()
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
    public async Task Token_works_until_it_expires()
    {
        var owner = await Server.AddAccount("ends@example.com");
        var token = await Add(owner.Email!, lifetime: TimeSpan.FromHours(1));
        Server.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        Assert.NotNull(await Verify(owner.Email!, token));
        Server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await Verify(owner.Email!, token));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Token_of_a_suspended_or_deleted_account_is_refused(bool suspended)
    {
        var owner = await Server.AddAccount($"closed-{suspended}@example.com");
        var token = await Add(owner.Email!);
        await Server.Close(owner.Id, suspended);
        Assert.Null(await Verify(owner.Email!, token));
    }

    [Fact]
    public async Task Last_use_is_stored_with_a_resolution_of_one_hour()
    {
        var owner = await Server.AddAccount("used@example.com");
        var token = await Add(owner.Email!);
        await Verify(owner.Email!, token);
        var first = await LastUsed();
        Assert.NotNull(first);
        Server.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        await Verify(owner.Email!, token);
        Assert.Equal(first, await LastUsed()); // not written at every request
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

    private Task<SignedIn?> Verify(string email, string token) => Server.AccountOf(email, token);
}
