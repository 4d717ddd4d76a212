using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.SignIn;

/// <summary>Owners change their password after a proof of identity.</summary>
public sealed class ChangePasswordTests(MailingServer shared) : IClassFixture<MailingServer>
{
    private const string Next = "another long password";

    private RunningServer Server => shared.Server;

    [Fact]
    public async Task New_password_works_other_sessions_end_and_the_owner_gets_a_notice()
    {
        var owner = await Server.AddAccount();
        var (mine, _) = (await Session(owner), await Session(owner));
        await Server.Leaves(
            async () => Assert.IsType<ChangePasswordOutcome.Done>(await Change(mine, Next)),
            LeftRow.ByOwner(AuditKind.PasswordChanged, owner.Id, $"{owner.Id}"));
        Assert.IsType<SignInOutcome.Right>(await Server.Try(Next));
        Assert.IsType<SignInOutcome.Wrong>(await Server.Try(People.Password));
        Assert.Equal(mine.Hash, Assert.Single(await Server.Get<AccountSessions>().List(owner.Id, CancellationToken.None)).Hash);
        Assert.Contains(AccountEvent.PasswordChanged, await Server.Notices());
    }

    [Theory, InlineData(SetPassword.MinLength - 1), InlineData(SetPassword.MaxLength + 1)]
    public async Task A_password_that_is_too_short_or_too_long_changes_nothing(int length)
    {
        var owner = await Server.AddAccount($"weak{length}@example.com");
        var (mine, _) = (await Session(owner), await Session(owner));
        await Server.Leaves(async () => Assert.Equal(
            new ChangePasswordOutcome.Weak(SetPassword.MinLength, SetPassword.MaxLength), await Change(mine, new string('x', length))));
        Assert.IsType<SignInOutcome.Right>(await Server.Try(People.Password, owner.Email!));
        Assert.Equal(2, (await Server.Get<AccountSessions>().List(owner.Id, CancellationToken.None)).Count);
    }

    [Theory, InlineData(SetPassword.MinLength), InlineData(SetPassword.MaxLength)]
    public async Task Shortest_and_longest_allowed_passwords_are_accepted(int length)
    {
        var owner = await Server.AddAccount($"good{length}@example.com");
        Assert.IsType<ChangePasswordOutcome.Done>(await Change(await Session(owner), new string('x', length)));
        Assert.IsType<SignInOutcome.Right>(await Server.Try(new string('x', length), owner.Email!));
    }

    [Fact]
    public async Task Only_one_of_parallel_password_changes_succeeds()
    {
        var owner = await Server.AddAccount("race@example.com");
        OpenedSession[] sessions = [await Session(owner), await Session(owner)];
        var outcomes = await Server.Race(2, i => Change(sessions[i], $"{Next} {i}"));
        var winner = Array.FindIndex(outcomes, outcome => outcome is ChangePasswordOutcome.Done);
        Assert.IsType<ChangePasswordOutcome.Overtaken>(outcomes[1 - winner]);
        Assert.IsType<SignInOutcome.Right>(await Server.Try($"{Next} {winner}", owner.Email!));
        var left = Assert.Single(await Server.Get<AccountSessions>().List(owner.Id, CancellationToken.None));
        Assert.Equal(sessions[winner].Hash, left.Hash);
    }

    [Fact]
    public async Task Password_of_a_deleted_account_is_not_changed()
    {
        var owner = await Server.AddAccount("gone@example.com");
        var mine = await Session(owner);
        await Server.Close(owner.Id);
        await Server.Leaves(async () => Assert.IsType<ChangePasswordOutcome.Overtaken>(await Change(mine, Next)));
    }

    private async Task<OpenedSession> Session(Account owner)
    {
        var opened = await Server.Get<OpenSession>().Run(owner.Id, null, People.Somewhere, stays: false, [], CancellationToken.None);
        return (await Server.Get<VerifySession>().Run(owner.Id, opened!.Id, CancellationToken.None))!;
    }

    private Task<ChangePasswordOutcome> Change(OpenedSession session, string password) =>
        Server.With<ChangePassword, ChangePasswordOutcome>(
            change => change.Run(session, password, People.Somewhere, CancellationToken.None));
}
