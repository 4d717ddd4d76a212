using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Accounts.SignUp;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Accounts.SignIn;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Administration;

/// <summary>The operator makes accounts.</summary>
public sealed class AddAccountTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Address_counts_as_verified_and_the_audit_trail_names_the_operator()
    {
        Account? made = null;
        var left = await Server.Left(async () => made = await Add("New@Example.com"));
        Assert.Equal([LeftRow.ByOperator(AuditKind.AccountAdded, $"{made!.Id}")], left);
        var stored = await Server.Stored(made.Id);
        Assert.Equal(("new@example.com", true), (stored.Email, stored.EmailConfirmed));
        Assert.IsType<SignInOutcome.Right>(await Server.Try(People.Password, "new@example.com"));
    }

    [Fact]
    public async Task Account_without_a_password_accepts_no_password()
    {
        var made = await Add("without@example.com", null);
        Assert.Null((await Server.Stored(made.Id)).PasswordHash);
        Assert.IsType<SignInOutcome.Wrong>(await Server.Try("", "without@example.com"));
        Assert.IsType<SignInOutcome.Wrong>(await Server.Try(People.Password, "without@example.com"));
    }

    [Fact]
    public async Task Invalid_address_bad_password_and_taken_address_are_refused_with_a_reason()
    {
        await Add("taken@example.com");
        await IsRefused("nonsense", People.Password, "'nonsense' is not an e-mail address.");
        await IsRefused("weak@example.com", "short", "at least 10 characters");
        await IsRefused("weak@example.com", new string('x', SetPassword.MaxLength + 1), "at most 256 characters");
        await IsRefused("Taken@Example.com", People.Password, "`account link taken@example.com`");
        await using var db = Server.Database();
        Assert.False(await db.Users.AnyAsync(a => a.Email == "weak@example.com"));

        Task IsRefused(string email, string password, string reason) => Server.Leaves(async () => Assert.Contains(
            reason, (await Assert.ThrowsAsync<AccountException>(() => Add(email, password))).Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pending_account_is_taken_over_and_its_links_become_invalid()
    {
        var (email, token) = await Invite("invited@example.com");
        await using var db = Server.Database();
        var invited = await db.Users.AsNoTracking().SingleAsync(a => a.Email == email);
        Assert.Equal(invited.Id, (await Add(email)).Id);
        Assert.True((await Server.Stored(invited.Id)).EmailConfirmed);
        Assert.False(await Server.With<SetPassword, bool>(set => set.Opens(email, token)));
        Assert.IsType<SignInOutcome.Right>(await Server.Try(People.Password, email));
    }

    [Fact]
    public async Task Only_one_of_parallel_calls_makes_the_account()
    {
        var made = await Server.Race(5, async _ => await Record.ExceptionAsync(() => Add("once@example.com")));
        Assert.Single(made, fault => fault is null);
        Assert.Equal(4, made.OfType<AccountException>().Count());
        await using var db = Server.Database();
        Assert.Equal(1, await db.Users.CountAsync(a => a.Email == "once@example.com"));
    }

    [Fact]
    public async Task Pending_account_that_is_made_in_parallel_is_not_taken_over()
    {
        const string Email = "both@example.com";
        var outcomes = await Server.Race(
            2, async i => await Record.ExceptionAsync(() => i == 0 ? Invite(Email) : Add(Email)));
        Assert.Null(outcomes[0]);
        Assert.EndsWith("try again.", Assert.IsType<AccountException>(outcomes[1]).Message, StringComparison.Ordinal);
        await using var db = Server.Database();
        Assert.False((await db.Users.SingleAsync(a => a.Email == Email)).EmailConfirmed);
    }

    private Task<(string Email, string Token)> Invite(string email) =>
        Server.With<InviteAccount, (string, string)>(invite => invite.Run(email, CancellationToken.None));

    private Task<Account> Add(string email, string? password = People.Password) =>
        Server.With<AddAccount, Account>(add => add.Run(email, password));
}
