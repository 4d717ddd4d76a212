using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.SignIn;

/// <summary>A new password replaces the one that was read, in one transaction.</summary>
public sealed class ReplacePasswordTests(MailingServer shared) : IClassFixture<MailingServer>
{
    private const string Next = "another long password";

    private RunningServer Server => shared.Server;

    [Theory, InlineData(true), InlineData(false)]
    public async Task All_sessions_end_but_the_one_that_is_kept(bool keeps)
    {
        var owner = await Server.AddAccount($"keeps-{keeps}@example.com");
        await Server.Device(owner.Id);
        await Server.Device(owner.Id);
        var kept = (await List(owner.Id))[0].Hash;
        Assert.True(await Replace(owner, Next, keep: keeps ? kept : null));
        Assert.Equal(keeps ? [kept] : [], (await List(owner.Id)).Select(session => session.Hash));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Notice_is_queued_only_if_requested(bool tells)
    {
        var owner = await Server.AddAccount($"tells-{tells}@example.com");
        Assert.True(await Replace(owner, Next, tells: tells));
        Assert.Equal(tells ? [AccountEvent.PasswordChanged] : [], await Server.Notices(owner.Email!));
    }

    [Fact]
    public async Task Only_one_of_parallel_changes_succeeds_and_a_stale_security_stamp_is_refused()
    {
        var owner = await Server.AddAccount("race@example.com");
        var outcomes = await Server.Race(2, i => Replace(owner, $"{Next} {i}"));
        var winner = Array.IndexOf(outcomes, true);
        Assert.False(outcomes[1 - winner]);
        await Server.Device(owner.Id);
        await Server.Leaves(async () => Assert.False(await Replace(owner, Next)));
        Assert.IsType<SignInOutcome.Right>(await Server.Try($"{Next} {winner}", owner.Email!));
        Assert.Single(await List(owner.Id)); // the refused change ended no session
    }

    [Theory, InlineData(true, true), InlineData(true, false), InlineData(false, true), InlineData(false, false)]
    public async Task First_verification_of_an_address_removes_earlier_factors_and_tokens(bool confirmed, bool proves)
    {
        var owner = await Server.AddAccount($"{confirmed}-{proves}@example.com");
        await Server.AddApp(owner.Id);
        await Server.AddPasskey(owner.Id, owner.Id.ToByteArray());
        await Server.Get<AddToken>().Run(owner.Email!, "test", TokenScopes.All, null, CancellationToken.None);
        await using (var db = Server.Database())
            await db.Users.Where(a => a.Id == owner.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.EmailConfirmed, confirmed));
        Assert.True(await Replace(await Server.Stored(owner.Id), Next, proves));
        Assert.Equal(confirmed || proves, (await Server.Stored(owner.Id)).EmailConfirmed);
        var (factors, tokens) = (
            await Server.Get<SignInFactors>().Run(owner.Id, CancellationToken.None),
            await Server.Get<ListTokens>().Run(owner.Id, CancellationToken.None));
        var (left, all) = ((factors.HasTotp, factors.RecoveryCodes, factors.Passkeys, tokens.Count), (true, 10, 1, 1));
        Assert.Equal(proves && !confirmed ? (false, 0, 0, 0) : all, left);
    }

    private Task<IReadOnlyList<Session>> List(Guid accountId) =>
        Server.Get<AccountSessions>().List(accountId, CancellationToken.None);

    private Task<bool> Replace(Account account, string password, bool proved = false, byte[]? keep = null, bool tells = false) =>
        Server.Get<ReplacePassword>().Run(account, password, proved, keep, People.Somewhere, tells, CancellationToken.None);
}
