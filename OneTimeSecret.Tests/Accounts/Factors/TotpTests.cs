using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys.Rotation;
using OtpNet;

namespace OneTimeSecret.Tests.Accounts.Factors;

/// <summary>Codes of authenticator apps (RFC 6238), under a fake clock.</summary>
public sealed class TotpTests
{
    [Fact]
    public async Task Right_code_signs_in_and_returns_to_the_requested_page()
    {
        await using var server = await RunningServer.Start();
        var (_, key, _) = await server.AddAccountWithApp();
        using var reader = await server.SignIn(back: "/security");
        Assert.Equal(("Prove that it is you", false), (reader.Heading, reader.IsSignedIn()));
        await reader.SendCode(server.Code(key));
        Assert.Equal(("/security", true), (reader.Path, reader.IsSignedIn()));
    }

    [Fact]
    public async Task Used_code_and_codes_before_it_are_refused()
    {
        await using var server = await RunningServer.Start();
        var (_, key, _) = await server.AddAccountWithApp();
        var code = server.Code(key);
        using var first = await (await server.SignIn()).SendCode(code);
        Assert.True(first.IsSignedIn());
        using var second = await (await server.SignIn()).SendCode(code);
        Assert.False(second.IsSignedIn());
        // A code of the step before is refused too, although it is still within the tolerance.
        await second.SendCode(server.Code(key, later: -1));
        Assert.False(second.IsSignedIn());
        server.NextCode();
        await second.SendCode(server.Code(key));
        Assert.True(second.IsSignedIn());
    }

    [Fact]
    public async Task Code_that_confirmed_the_app_cannot_be_used_to_sign_in()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var owner = await server.SignIn();
        var (key, _) = await owner.AddApp(server);
        using var thief = await (await server.SignIn()).SendCode(server.Code(key));
        Assert.False(thief.IsSignedIn());
    }

    [Theory, InlineData(-2, false), InlineData(-1, true), InlineData(0, true), InlineData(1, true), InlineData(2, false)]
    public async Task A_code_may_be_one_step_early_or_late(int later, bool counts)
    {
        await using var server = await RunningServer.Start();
        var (_, key, _) = await server.AddAccountWithApp();
        server.NextCode();
        using var reader = await (await server.SignIn()).SendCode(server.Code(key, later));
        Assert.Equal(counts, reader.IsSignedIn());
        if (!counts)
            Assert.StartsWith("This code is wrong, too old, or was used before.", reader.Text("#error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_twenty_wrong_codes_a_day_even_the_right_code_is_refused()
    {
        await using var server = await RunningServer.Start();
        var (_, key, codes) = await server.AddAccountWithApp();
        using var reader = await server.SignIn();
        for (var i = 0; i < 20; i++)
            await reader.SendCode(i % 2 == 0 ? server.WrongCode(key) : "AAAAA-AAAAA");
        Assert.StartsWith("This code is wrong", reader.Text("#error"), StringComparison.Ordinal);
        await reader.SendCode(server.Code(key));
        Assert.StartsWith("There were too many wrong codes today.", reader.Text("#error"), StringComparison.Ordinal);
        await reader.SendCode(codes[0]);
        Assert.False(reader.IsSignedIn());
        server.Clock.Advance(TimeSpan.FromDays(1));
        using var later = await (await server.SignIn()).SendCode(server.Code(key));
        Assert.True(later.IsSignedIn());
    }

    [Fact]
    public async Task App_key_is_stored_only_after_a_code_proves_that_the_app_has_it()
    {
        await using var server = await RunningServer.Start();
        var account = await server.AddAccount();
        using var reader = await server.SignIn();
        await reader.Open("/account/security/app");
        var key = reader.ShownKey();
        await reader.Send(("Input.Code", server.WrongCode(key)));
        Assert.StartsWith("This is not the code of this key.", reader.Text("#error"), StringComparison.Ordinal);
        Assert.Null((await server.Stored(account.Id)).TotpKey);
        Assert.Equal(key, reader.ShownKey()); // the form keeps the key
        await reader.Send(("Input.Code", server.Code(key)));
        Assert.Equal("The app is set up", reader.Heading);
        Assert.NotNull((await server.Stored(account.Id)).TotpKey);
    }

    [Fact]
    public async Task Pending_app_key_that_expired_or_belongs_to_another_account_is_refused()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount("eve@example.com");
        using var eve = await server.SignIn("eve@example.com");
        await eve.Open("/account/security/app");
        var (theirs, known) = (eve.Value("[name='Input.Pending']"), eve.ShownKey());
        var account = await server.AddAccount();
        using var reader = await server.SignIn();
        await reader.Open("/account/security/app");
        await reader.Send(("Input.Pending", theirs), ("Input.Code", server.Code(known)));
        Assert.StartsWith("This took too long", reader.Text("#error"), StringComparison.Ordinal);
        Assert.NotEqual(known, reader.ShownKey());

        server.Clock.Advance(TimeSpan.FromMinutes(14));
        await reader.Open("/account/security/app");
        var old = reader.ShownKey();
        var form = reader.Value("[name='Input.Pending']");
        server.Clock.Advance(TimeSpan.FromMinutes(15));
        using var again = await server.SignIn();
        await again.Open("/account/security/app");
        await again.Send(("Input.Pending", form), ("Input.Code", server.Code(old)));
        Assert.StartsWith("This took too long", again.Text("#error"), StringComparison.Ordinal);
        Assert.Null((await server.Stored(account.Id)).TotpKey);
    }

    [Fact]
    public async Task App_key_is_sealed_in_the_database_and_resealed_by_key_rotation()
    {
        await using var server = await RunningServer.Start();
        var (account, key, codes) = await server.AddAccountWithApp();
        var raw = RawFiles.In(server.Folder);
        Assert.False(raw.Hold(key));
        Assert.Empty(raw.FormsOf(Base32Encoding.ToString(key)));
        Assert.Empty(raw.FormsOf(codes[0]));
        Assert.Empty(raw.FormsOf(codes[0].Replace("-", "", StringComparison.Ordinal)));

        var before = (await server.Stored(account.Id)).TotpKey!;
        await server.Get<RotateKeys>().Run(_ => { }, CancellationToken.None);
        var after = (await server.Stored(account.Id)).TotpKey!;
        Assert.NotEqual(Box.KeyId(before, "totp-key"), Box.KeyId(after, "totp-key"));
        using var reader = await (await server.SignIn()).SendCode(server.Code(key));
        Assert.True(reader.IsSignedIn());
    }

    [Fact]
    public async Task App_key_that_is_copied_to_another_account_opens_nothing()
    {
        await using var server = await RunningServer.Start();
        var (eve, key, _) = await server.AddAccountWithApp("eve@example.com");
        var (owner, _, _) = await server.AddAccountWithApp();
        var box = (await server.Stored(eve.Id)).TotpKey;
        await using var db = server.Database();
        await db.Users.Where(a => a.Id == owner.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.TotpKey, box));
        using var reader = await (await server.SignIn()).SendCode(server.Code(key));
        await reader.Open("/");
        Assert.False(reader.IsSignedIn());
    }

    [Fact]
    public async Task New_app_replaces_the_old_one_and_its_recovery_codes()
    {
        await using var server = await RunningServer.Start();
        var (account, old, codes) = await server.AddAccountWithApp();
        using var reader = await (await server.SignIn()).SendCode(server.Code(old));
        server.NextCode();
        var (key, fresh) = await reader.AddApp(server);
        server.NextCode();
        Assert.NotEqual(old, key);
        Assert.Empty(codes.Intersect(fresh, StringComparer.Ordinal));
        using var other = await (await server.SignIn()).SendCode(server.Code(old));
        Assert.False(other.IsSignedIn());
        Assert.IsType<CodeOutcome.Wrong>(await server.Get<CheckCode>().Run(account.Id, codes[0], "192.0.2.1", CancellationToken.None));
        await other.SendCode(server.Code(key));
        Assert.True(other.IsSignedIn());
    }
}
