using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Tests.Components;

namespace OneTimeSecret.Tests.Accounts.SignIn;

/// <summary>The second step of signing in cannot be skipped.</summary>
public sealed class SecondStepTests
{
    [Fact]
    public async Task There_is_no_session_before_the_code()
    {
        await using var server = await RunningServer.Start();
        var (account, _, _) = await server.AddAccountWithApp();
        await using var db = server.Database();
        await db.Sessions.ExecuteDeleteAsync();
        using var reader = await server.SignIn();
        foreach (var path in new[] { "/account/security", "/account/security/app", "/account/security/codes", "/signin/again" })
        {
            await reader.Open(path);
            Assert.StartsWith("/signin?back=", reader.Path, StringComparison.Ordinal);
        }
        Assert.False(await db.Sessions.AnyAsync(s => s.AccountId == account.Id));
    }

    [Fact]
    public async Task Second_step_expires_after_ten_minutes()
    {
        await using var server = await RunningServer.Start();
        var (_, key, _) = await server.AddAccountWithApp();
        using var reader = await server.SignIn();
        server.Clock.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
        await reader.SendCode(server.Code(key));
        Assert.Equal(("/signin", false), (reader.Path, reader.IsSignedIn()));
        await reader.Open("/signin/code");
        Assert.Equal("/signin", reader.Path);
    }

    [Fact]
    public async Task Codes_of_another_account_do_not_complete_the_sign_in()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccountWithApp("eve@example.com");
        var (owner, key, codes) = await server.AddAccountWithApp();
        using var eve = await server.SignIn("eve@example.com");
        await eve.SendCode(server.Code(key));
        await eve.SendCode(codes[0]);
        Assert.False(eve.IsSignedIn());
        Assert.IsType<CodeOutcome.Right>(await server.Get<CheckCode>().Run(owner.Id, codes[0], "192.0.2.1", CancellationToken.None));
    }

    [Fact]
    public async Task Right_code_without_the_cookie_of_the_first_step_is_refused()
    {
        await using var server = await RunningServer.Start();
        var (_, key, _) = await server.AddAccountWithApp();
        using var reader = await new Reader(server).Open("/signin");
        var token = reader.Value("[name=__RequestVerificationToken]");
        using var stranger = await server.SignIn(password: "wrong password");
        await stranger.Open("/signin/code");
        Assert.Equal("/signin", stranger.Path);
        using var answer = await RunningServer.Post(
            server.Http, "/signin/code", ("_handler", "code"), ("__RequestVerificationToken", token), ("Code", server.Code(key)));
        Assert.NotEqual(200, (int)answer.StatusCode);
        await using var db = server.Database();
        var before = await db.Sessions.CountAsync();
        Assert.Equal(1, before); // the session in which the app was added
    }

    [Fact]
    public async Task Right_code_does_not_sign_in_to_a_deleted_account()
    {
        await using var server = await RunningServer.Start();
        var (account, key, _) = await server.AddAccountWithApp();
        using var reader = await server.SignIn();
        await using var db = server.Database();
        await db.Users.Where(a => a.Id == account.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.Deleted, server.Clock.GetUtcNow()));
        await reader.SendCode(server.Code(key));
        Assert.False(reader.IsSignedIn());
    }
}
