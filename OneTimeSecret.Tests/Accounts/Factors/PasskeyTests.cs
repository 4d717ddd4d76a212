using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Tests.Components;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Accounts.Factors;

/// <summary>Passkeys on the pages, with an authenticator that can give false answers.</summary>
public sealed class PasskeyTests
{
    private const string Refusal = "The passkey was not accepted. Try again, or sign in another way.";

    [Fact]
    public async Task Passkey_signs_in_without_password_and_code()
    {
        await using var server = await RunningServer.Start();
        var (_, passkey) = await server.AddAccountWithPasskey();
        using (var owner = await server.SignIn())
            await owner.AddApp(server);
        using var reader = await server.SignIn(passkey);
        Assert.Equal(("/security", true), (reader.Path, reader.IsSignedIn()));
    }

    [Fact]
    public async Task Passkey_serves_as_second_factor_and_as_proof_of_identity()
    {
        await using var server = await RunningServer.Start("--Accounts:RequireSecondFactor=true");
        var (_, passkey) = await server.AddAccountWithPasskey();
        using var reader = await server.SignIn(back: "/security");
        Assert.Equal(("Prove that it is you", false), (reader.Heading, reader.IsSignedIn()));
        Assert.False(reader.Has("#code")); // the account has no app that shows codes
        await reader.UsePasskey(passkey);
        Assert.Equal(("/security", true), (reader.Path, reader.IsSignedIn()));
        server.Clock.Advance(TimeSpan.FromMinutes(15));
        await reader.Open("/account/security");
        Assert.Equal("Confirm that it is you", reader.Heading);
        await reader.UsePasskey(passkey);
        Assert.Equal("/account/security", reader.Path);
    }

    [Fact]
    public async Task Challenge_works_once_within_ten_minutes_and_only_for_its_purpose()
    {
        await using var server = await RunningServer.Start();
        var (_, passkey) = await server.AddAccountWithPasskey(counts: false);
        using var reader = await new Reader(server).Open("/signin?back=/security");
        var (options, state) = await reader.Ask();
        var answer = passkey.Get(options);
        using var thief = await new Reader(server).Open("/signin");
        await reader.Answer(state, answer);
        Assert.True(reader.IsSignedIn());
        await thief.Answer(state, answer);
        Assert.Equal((Refusal, false), (thief.Text("#passkey-error"), thief.IsSignedIn()));

        (options, state) = await thief.Ask();
        server.Clock.Advance(TimeSpan.FromMinutes(10));
        await thief.Answer(state, passkey.Get(options));
        Assert.False(thief.IsSignedIn());

        server.Clock.Advance(TimeSpan.FromMinutes(5));
        await reader.Open("/account/security");
        (options, state) = await thief.Ask(); // a challenge for signing in
        await reader.Answer(state, passkey.Get(options));
        Assert.Equal("Confirm that it is you", reader.Heading);
    }

    [Fact]
    public async Task Challenge_is_used_up_by_a_wrong_answer()
    {
        await using var server = await RunningServer.Start();
        var (_, passkey) = await server.AddAccountWithPasskey();
        using var reader = await new Reader(server).Open("/signin");
        var (options, state) = await reader.Ask();
        await reader.Answer(state, "{}");
        passkey.Counter++;
        await reader.Answer(state, passkey.Get(options));
        Assert.False(reader.IsSignedIn());
    }

    [Fact]
    public async Task An_answer_for_another_site_or_from_a_frame_is_refused()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var owner = await server.SignIn();
        var fished = new SoftAuthenticator("https://evil.example.com");
        await owner.AddPasskey(fished);
        Assert.StartsWith("The passkey was not accepted.", owner.Text("#passkey-error"), StringComparison.Ordinal);
        var passkey = new SoftAuthenticator(server.Origin) { IsFramed = true };
        await owner.AddPasskey(passkey);
        Assert.True(owner.Has("#passkey-error"));
        passkey.IsFramed = false;
        await owner.AddPasskey(passkey);
        Assert.False(owner.Has("#passkey-error"));
        passkey.IsFramed = true;
        using var framed = await server.SignIn(passkey);
        Assert.False(framed.IsSignedIn());
    }

    [Fact]
    public async Task Passkey_without_user_verification_is_refused()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var owner = await server.SignIn();
        var passkey = new SoftAuthenticator(server.Origin) { VerifiesUser = false };
        await owner.AddPasskey(passkey);
        Assert.True(owner.Has("#passkey-error"));
        passkey.VerifiesUser = true;
        await owner.AddPasskey(passkey);
        passkey.VerifiesUser = false;
        using var reader = await server.SignIn(passkey);
        Assert.Equal((Refusal, false), (reader.Text("#passkey-error"), reader.IsSignedIn()));
    }

    [Fact]
    public async Task A_copy_of_a_passkey_is_refused_once_the_counter_has_moved_on()
    {
        await using var server = await RunningServer.Start();
        var (account, passkey) = await server.AddAccountWithPasskey();
        using var first = await server.SignIn(passkey);
        Assert.True(first.IsSignedIn());
        passkey.Counter--;
        using var copy = await server.SignIn(passkey);
        Assert.False(copy.IsSignedIn());

        // In parallel, Identity reads the counter before another request writes it. So the transaction decides.
        var used = new UserPasskeyInfo(passkey.Id, passkey.PublicKey, default, 10, null, true, false, false, [], []);
        var counted = await Task.WhenAll(Enumerable.Range(0, 10).Select(
            _ => server.Get<UsePasskey>().Run(account.Id, used, CancellationToken.None)));
        Assert.Single(counted, counts => counts);
    }

    [Fact]
    public async Task Passkey_of_a_deleted_account_is_refused_like_a_wrong_one()
    {
        await using var server = await RunningServer.Start();
        var (account, passkey) = await server.AddAccountWithPasskey();
        await using var db = server.Database();
        await db.Users.Where(a => a.Id == account.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.Deleted, server.Clock.GetUtcNow()));
        using var reader = await server.SignIn(passkey);
        Assert.Equal((Refusal, false), (reader.Text("#passkey-error"), reader.IsSignedIn()));
        Assert.False(await server.Get<AddPasskey>().Run(
            account.Id, new UserPasskeyInfo([1], [2], default, 0, null, true, false, false, [], []), "x", People.Somewhere,
            CancellationToken.None));
    }

    [Fact]
    public async Task Passkey_that_is_written_into_the_database_opens_no_account()
    {
        await using var server = await RunningServer.Start();
        var (owner, _) = await server.AddAccountWithPasskey();
        var (eve, theirs) = await server.AddAccountWithPasskey("eve@example.com");
        await using var db = server.Database();
        // First forgery: eve's row is moved to the owner, and eve's authenticator claims to be the owner's.
        await db.UserPasskeys.Where(p => p.UserId == eve.Id).ExecuteUpdateAsync(set => set.SetProperty(p => p.UserId, owner.Id));
        theirs.Claims = owner.Id;
        using var moved = await server.SignIn(theirs);
        Assert.False(moved.IsSignedIn());
        // Second forgery: a new row of the owner contains the public key of another authenticator.
        var forged = new SoftAuthenticator(server.Origin) { Claims = owner.Id };
        var row = await db.UserPasskeys.AsNoTracking().FirstAsync(p => p.CredentialId != theirs.Id);
        db.Add(new IdentityUserPasskey<Guid>
        {
            UserId = owner.Id, CredentialId = forged.Id,
            Data = new()
            {
                PublicKey = forged.PublicKey, Name = "x", IsUserVerified = true, AttestationObject = row.Data.AttestationObject,
                ClientDataJson = [],
            },
        });
        await db.SaveChangesAsync();
        using var reader = await server.SignIn(forged);
        Assert.False(reader.IsSignedIn());
    }

    [Fact]
    public async Task Sign_in_challenge_has_the_same_options_for_everybody_and_requires_its_form()
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open("/signin");
        var none = JsonNode.Parse((await reader.Ask()).Options)!;
        await server.AddAccountWithPasskey();
        var some = JsonNode.Parse((await reader.Ask()).Options)!;
        Assert.NotEqual(none["challenge"]!.ToString(), some["challenge"]!.ToString(), StringComparer.Ordinal);
        foreach (var options in new[] { none, some })
        {
            Assert.Equal(("127.0.0.1", "required"), ((string)options["rpId"]!, (string)options["userVerification"]!));
            Assert.Empty(options["allowCredentials"]!.AsArray());
        }
        foreach (var use in new[] { "Code", "Proof", "Add", "9", "" })
        {
            using var answer = await reader.TryAsk(use);
            Assert.Equal(204, (int)answer.StatusCode);
        }
        using var stranger = await RunningServer.Post(server.Http, "/signin/passkey", ("use", "SignIn"));
        Assert.Equal(400, (int)stranger.StatusCode);
    }

    [Fact]
    public async Task Passkey_can_be_named_renamed_and_removed_and_the_owner_gets_notices()
    {
        await using var server = await RunningServer.Start(
            "--Mail:Transport=Pickup", "--Site:PublicUrl=http://127.0.0.1:5000"); // PublicUrl is the origin, not the listening address
        var account = await server.AddAccount();
        using var reader = await server.SignIn();
        var passkey = new SoftAuthenticator("http://127.0.0.1:5000");
        await reader.AddPasskey(passkey, "  My key ");
        await reader.AddPasskey(passkey);
        Assert.True(reader.Has("#passkey-error")); // the passkey was added before
        var made = Assert.Single(await server.Get<Passkeys>().List(account.Id, CancellationToken.None));
        Assert.Equal(("My key", server.Clock.GetUtcNow().ToUnixTimeSeconds()), (made.Name, made.Created.ToUnixTimeSeconds()));

        await reader.Open(reader.Page.QuerySelector("section:has(#passkeys) .rows a")!.GetAttribute("href")!);
        await reader.Send(("Name", " \n"));
        Assert.Equal("A name has 1 to 60 characters.", reader.Text("#name-error"));
        await reader.Send(("Name", "<b>Other</b>"));
        Assert.Equal("<b>Other</b>", reader.Text("section:has(#passkeys) .rows strong"));
        await reader.RemovePasskey();
        Assert.Empty(await server.Get<Passkeys>().List(account.Id, CancellationToken.None));
        using var gone = await server.SignIn(passkey);
        Assert.False(gone.IsSignedIn());
        var mails = (await server.Stored()).Where(mail => mail.Kind == MailKind.AccountNotice);
        Assert.Equal(3, mails.Count()); // signed in, added, removed
    }

    [Fact]
    public async Task Passkey_of_another_account_cannot_be_seen_renamed_or_removed()
    {
        await using var server = await RunningServer.Start();
        var (account, passkey) = await server.AddAccountWithPasskey();
        await server.AddAccount("eve@example.com");
        using var eve = await server.SignIn("eve@example.com");
        await eve.Open($"/account/security/passkeys/{System.Buffers.Text.Base64Url.EncodeToString(passkey.Id)}");
        Assert.Equal(404, eve.Status);
        var id = (await server.With<UserManager<Account>, Account?>(users => users.FindByEmailAsync("eve@example.com")))!.Id;
        Assert.Equal(
            FactorRemoval.NotThere, await server.Get<RemovePasskey>().Run(id, passkey.Id, People.Somewhere, CancellationToken.None));
        Assert.False(await server.Get<Passkeys>().Rename(id, passkey.Id, "x", CancellationToken.None));
        Assert.Single(await server.Get<Passkeys>().List(account.Id, CancellationToken.None));
    }

    [Fact]
    public async Task Passkey_posts_count_towards_the_clients_limit_but_not_as_wrong_passwords()
    {
        await using var server = await RunningServer.Start(
            "--Limits:SignIns=8", "--Limits:SignInsPerClient=1", "--Limits:SignInsPerAccount=1");
        var (_, passkey) = await server.AddAccountWithPasskey(); // two posts
        using var wrong = await server.SignIn(password: "wrong password");
        using var locked = await server.SignIn();
        Assert.False(locked.IsSignedIn());
        using var reader = await server.SignIn(passkey);
        Assert.True(reader.IsSignedIn());
        using var again = await new Reader(server).Open("/signin");
        for (var i = 0; i < 3; i++)
            await again.Answer("x", "x");
        Assert.Equal(200, again.Status);
        await again.Answer("x", "x");
        Assert.Equal(429, again.Status);
    }
}
