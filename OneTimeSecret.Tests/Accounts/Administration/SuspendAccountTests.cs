using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Tests.Accounts.SignIn;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Accounts.Administration;

/// <summary>A suspended account cannot be used from the next request on. Links that it gave out still work.</summary>
public sealed class SuspendAccountTests
{
    private const string Told = "Your account is suspended.";
    private const string Wrong = "The address or the password is wrong.";

    [Fact]
    public async Task Sessions_and_tokens_stop_at_the_next_request_and_existing_links_still_work()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        using var script = await server.Account(People.Email);
        var owner = await server.StoredOwner();
        var (key, metadata) = await server.Conceal("value", account: owner);
        using var reader = await server.SignIn(back: "/");
        Assert.True(reader.IsSignedIn());
        Assert.Equal(200, await AuthCheck(script));

        Assert.Equal(AdminOutcome.Done, await server.Suspend(admin, owner.Id));
        Assert.False((await reader.Open("/")).IsSignedIn());
        Assert.StartsWith("/signin?", (await reader.Open("/account")).Path, StringComparison.Ordinal);
        Assert.Equal(404, await AuthCheck(script));
        Assert.Equal("value", (await server.TryReveal(key)).Value());
        Assert.NotNull(await server.Receipt(metadata));
        var stored = await server.Stored(owner.Id);
        Assert.Equal((server.Clock.GetUtcNow().ToUnixTimeMilliseconds(), "sent spam"),
            (stored.Suspended!.Value.ToUnixTimeMilliseconds(), stored.SuspendedFor));
    }

    [Fact]
    public async Task Session_row_that_survived_the_suspension_is_refused()
    {
        await using var server = await RunningServer.Start();
        var owner = await server.AddAccount();
        using var reader = await server.SignIn(back: "/");
        await server.Close(owner.Id, suspended: true); // as if a parallel sign-in had stored the session
        Assert.False((await reader.Open("/")).IsSignedIn());
    }

    [Fact]
    public async Task Queued_mails_of_a_suspended_account_wait_until_it_is_resumed()
    {
        await using var server = await RunningServer.Start(Mails.OnLocalhost);
        var admin = await server.AddAdmin();
        using var script = await server.Account(People.Email);
        using (await RunningServer.Post(script, "/api/v1/share", ("secret", "value"), ("recipient", "anna@example.com")))
            Assert.Single(await server.Waiting());
        var (owner, deliver) = (await server.StoredOwner(), server.Get<DeliverMail>());
        Assert.Equal(AdminOutcome.Done, await server.Suspend(admin, owner.Id));
        Assert.False(await server.Get<OutboxQueue>().IsDue(CancellationToken.None));
        Assert.Equal(0, (await deliver.Run(CancellationToken.None)).Count);
        Assert.Equal(AdminOutcome.Done, await server.Resume(admin, owner.Id));
        Assert.Equal(1, (await deliver.Run(CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Suspension_and_contact_are_shown_only_after_the_right_password()
    {
        await using var server = await RunningServer.Start();
        var owner = await server.AddAccount();
        await server.Close(owner.Id, suspended: true);
        using var reader = await server.SignIn();
        Assert.StartsWith(Told, reader.Text("#error"), StringComparison.Ordinal);
        Assert.Contains("ask whoever runs this server", reader.Text("#error"), StringComparison.Ordinal);
        Assert.False(reader.IsSignedIn());
        using var stranger = await server.SignIn(password: "wrong password");
        Assert.Equal(Wrong, stranger.Text("#error"));
        for (var i = 0; i < 10; i++) // the right password does not count as a guess
            Assert.IsType<SignInOutcome.Suspended>(await server.Try(People.Password));
    }

    [Fact]
    public async Task Pending_second_step_of_a_suspended_account_fails_and_uses_up_no_code()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        var (owner, key, codes) = await server.AddAccountWithApp();
        using var reader = await server.SignIn();
        Assert.Equal("Prove that it is you", reader.Heading);
        Assert.Equal(AdminOutcome.Done, await server.Suspend(admin, owner.Id));
        await reader.SendCode(server.Code(key));
        Assert.False(reader.IsSignedIn());
        Assert.IsType<CodeOutcome.Wrong>(await Check(server.Code(key)));
        Assert.IsType<CodeOutcome.Wrong>(await Check(codes[0]));

        Assert.Equal(AdminOutcome.Done, await server.Resume(admin, owner.Id));
        Assert.IsType<CodeOutcome.Right>(await Check(server.Code(key)));
        Assert.IsType<CodeOutcome.Right>(await Check(codes[0]));

        Task<CodeOutcome> Check(string code) =>
            server.Get<CheckCode>().Run(owner.Id, code, People.Somewhere.Client, CancellationToken.None);
    }

    [Fact]
    public async Task Passkey_of_a_suspended_account_is_refused_like_a_wrong_one()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        var (owner, passkey) = await server.AddAccountWithPasskey();
        await server.Suspend(admin, owner.Id);
        using var reader = await server.SignIn(passkey);
        Assert.StartsWith("The passkey was not accepted", reader.Text("#passkey-error"), StringComparison.Ordinal);
        await server.Resume(admin, owner.Id);
        using var again = await server.SignIn(passkey);
        Assert.True(again.IsSignedIn());
    }

    private static async Task<int> AuthCheck(HttpClient script)
    {
        using var answer = await script.GetAsync(new Uri("/api/v1/authcheck", UriKind.Relative));
        return (int)answer.StatusCode;
    }
}
