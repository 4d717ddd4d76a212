using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Audit;

namespace OneTimeSecret.Tests.Accounts.SignIn;

/// <summary>The operator makes links for setting a password.</summary>
public sealed class LinkAccountTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Link_is_for_the_stored_address_and_the_audit_trail_names_the_operator()
    {
        var owner = await Server.AddAccount();
        var (email, token) = ("", "");
        await Server.Leaves(
            async () => (email, token) = await Link("Owner@Example.com"),
            LeftRow.ByOperator(AuditKind.PasswordLinkMade, $"{owner.Id}"));
        Assert.Equal(People.Email, email);
        Assert.True(await Opens(email, token));
        Assert.IsType<SignInOutcome.Right>(await Server.Try(People.Password)); // the old password works until the link is used
    }

    [Fact]
    public async Task Link_works_for_one_account_only_and_earlier_links_stay_valid_until_one_is_used()
    {
        var (owner, other) = (await Server.AddAccount("mine@example.com"), await Server.AddAccount("other@example.com"));
        var (first, second) = (await Link(owner.Email!), await Link(owner.Email!));
        Assert.False(await Opens(other.Email!, first.Token));
        Assert.True(await Opens(owner.Email!, first.Token));
        Assert.True(await Opens(owner.Email!, second.Token));
        Assert.IsType<SetPasswordOutcome.Done>(await Server.With<SetPassword, SetPasswordOutcome>(
            set => set.Run(owner.Email, second.Token, People.Password, People.Somewhere, CancellationToken.None)));
        Assert.False(await Opens(owner.Email!, first.Token));
    }

    [Theory, InlineData("nobody@example.com"), InlineData("nonsense")]
    public async Task Unknown_address_is_refused(string email) => await Server.Leaves(async () => Assert.StartsWith(
        $"There is no account {email}", (await Assert.ThrowsAsync<AccountException>(() => Link(email))).Message,
        StringComparison.Ordinal));

    private Task<(string Email, string Token)> Link(string email) =>
        Server.With<LinkAccount, (string, string)>(link => link.Run(email, CancellationToken.None));

    private Task<bool> Opens(string email, string token) => Server.With<SetPassword, bool>(set => set.Opens(email, token));
}
