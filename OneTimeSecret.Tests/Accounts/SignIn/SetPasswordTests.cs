using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Accounts.SignUp;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.SignIn;

/// <summary>A link sets the password of its account, once.</summary>
public sealed class SetPasswordTests(MailingServer shared) : IClassFixture<MailingServer>
{
    private const string Next = "another long password";

    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Link_sets_the_password_once_and_an_owner_who_had_one_gets_a_notice()
    {
        var owner = await Server.AddAccount();
        var token = await Link(People.Email);
        await Server.Leaves(
            async () => Assert.Equal(new SetPasswordOutcome.Done(owner.Id), await Set("Owner@Example.com", token)),
            LeftRow.ByOwner(AuditKind.PasswordChanged, owner.Id, $"{owner.Id}"));
        Assert.IsType<SignInOutcome.Right>(await Server.Try(Next));
        await Server.Leaves(async () => Assert.IsType<SetPasswordOutcome.BadLink>(await Set(People.Email, token)));
        Assert.Equal([AccountEvent.PasswordChanged], await Server.Notices());
    }

    [Fact]
    public async Task First_password_completes_the_account_and_sends_no_notice()
    {
        var (email, token) = await Server.With<InviteAccount, (string, string)>(
            invite => invite.Run("invited@example.com", CancellationToken.None));
        SetPasswordOutcome? outcome = null;
        var left = Assert.Single(await Server.Left(async () => outcome = await Set(email, token)));
        var id = Assert.IsType<SetPasswordOutcome.Done>(outcome).AccountId;
        Assert.Equal(LeftRow.ByOwner(AuditKind.AccountAdded, id, $"{id}"), left);
        Assert.True((await Server.Stored(id)).EmailConfirmed);
        Assert.Empty(await Server.Notices(email));
    }

    [Theory, InlineData(null), InlineData("xxxxxxxxx"), InlineData("e\u0301e\u0301e\u0301e\u0301e\u0301")]
    [InlineData("surrogate"), InlineData("too long")]
    public async Task Refused_password_does_not_use_up_the_link(string? password)
    {
        password = password switch { "surrogate" => "xxxxxxxxxx\uD800", "too long" => new string('x', 257), _ => password };
        var email = (await Server.AddAccount($"weak{password?.Length}@example.com")).Email!;
        var token = await Link(email);
        await Server.Leaves(async () => Assert.Equal(
            new SetPasswordOutcome.Weak(10, 256), await Set(email, token, password)));
        Assert.True(await Opens(email, token));
        Assert.IsType<SetPasswordOutcome.Done>(await Set(email, token));
    }

    [Fact]
    public async Task Damaged_or_missing_link_and_link_of_another_account_set_nothing()
    {
        var (owner, eve) = (await Server.AddAccount("mine@example.com"), await Server.AddAccount("eve@example.com"));
        var (mine, theirs) = (await Link(owner.Email!), await Link(eve.Email!));
        foreach (var (email, token) in ((string?, string?)[])[
            (owner.Email, theirs), (owner.Email, mine[..^4]), (owner.Email, ""), (owner.Email, null), (null, mine), ("nonsense", mine),
            ("nobody@example.com", mine)])
        {
            Assert.False(await Opens(email, token));
            Assert.IsType<SetPasswordOutcome.BadLink>(await Set(email, token));
        }
        Assert.True(await Opens(owner.Email, mine));
        Assert.IsType<SignInOutcome.Right>(await Server.Try(People.Password, owner.Email!));
    }

    [Fact]
    public async Task Only_one_of_two_links_that_are_used_in_parallel_sets_the_password()
    {
        var email = (await Server.AddAccount("race@example.com")).Email!;
        string[] tokens = [await Link(email), await Link(email)];
        var outcomes = await Server.Race(2, i => Set(email, tokens[i], $"{Next} {i}"));
        var winner = Array.FindIndex(outcomes, outcome => outcome is SetPasswordOutcome.Done);
        Assert.IsType<SetPasswordOutcome.BadLink>(outcomes[1 - winner]);
        Assert.IsType<SignInOutcome.Right>(await Server.Try($"{Next} {winner}", email));
    }

    private async Task<string> Link(string email) =>
        (await Server.With<LinkAccount, (string, string Token)>(link => link.Run(email, CancellationToken.None))).Token;

    private Task<bool> Opens(string? email, string? token) => Server.With<SetPassword, bool>(set => set.Opens(email, token));

    private Task<SetPasswordOutcome> Set(string? email, string? token, string? password = Next) =>
        Server.With<SetPassword, SetPasswordOutcome>(
            set => set.Run(email, token, password, People.Somewhere, CancellationToken.None));
}
