using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Audit;

namespace OneTimeSecret.Tests.Accounts.SignIn;

/// <summary>The operator makes links with which owners set their passwords.</summary>
public sealed class LinkAccountTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task The_link_is_for_the_stored_address_and_the_trail_names_the_operator()
    {
        var owner = await Server.AddAccount();
        var (email, token) = ("", "");
        await Server.Leaves(
            async () => (email, token) = await Link("Owner@Example.com"),
            LeftRow.ByOperator(AuditKind.PasswordLinkMade, $"{owner.Id}"));
        Assert.Equal(People.Email, email);
        Assert.True(await Opens(email, token));
        Assert.IsType<SignInOutcome.Right>(await Server.Try(People.Password)); // until it is used, nothing has changed
    }

    [Fact]
    public async Task A_link_is_for_one_account_and_an_earlier_one_goes_on_working()
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
    public async Task Without_an_account_there_is_no_link(string email) => await Server.Leaves(async () => Assert.StartsWith(
        $"There is no account {email}", (await Assert.ThrowsAsync<AccountException>(() => Link(email))).Message,
        StringComparison.Ordinal));

    private Task<(string Email, string Token)> Link(string email) =>
        Server.With<LinkAccount, (string, string)>(link => link.Run(email, CancellationToken.None));

    private Task<bool> Opens(string email, string token) => Server.With<SetPassword, bool>(set => set.Opens(email, token));
}
