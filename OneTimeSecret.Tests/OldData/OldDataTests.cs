using System.Net;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Erasure;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Components;
using OtpNet;
using static System.StringComparison;

namespace OneTimeSecret.Tests.OldData;

/// <summary>A data folder of an older version opens, reveals and verifies.</summary>
public sealed class OldDataTests : IAsyncLifetime
{
    private const string Admin = "admin@example.com";

    private readonly OldDataFolder _folder = OldDataFolder.Of36c41af();
    private RunningServer _server = null!;

    private OldContent Known => _folder.Known;

    public async ValueTask InitializeAsync() => _server = await _folder.Start();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public Task Unread_secrets_of_the_old_version_are_revealed_once_and_only_with_their_passphrase() => AssertEachRevealsOnce();

    [Fact]
    public async Task Receipts_of_the_old_version_show_the_state_of_their_secrets()
    {
        foreach (var secret in Known.Unread.Values)
        {
            var receipt = await _server.Receipt(secret.MetadataKey);
            Assert.Equal(("new", secret.SecretKey), ((string?)receipt["state"], (string?)receipt["secret_key"]));
            Assert.Equal(secret.Passphrase is not null, (bool?)receipt["passphrase_required"]);
        }
        foreach (var (state, secret) in (IEnumerable<(string, OldSecret)>)[("received", Known.Received), ("burned", Known.Burned)])
        {
            Assert.Equal(state, (string?)(await _server.Receipt(secret.MetadataKey))["state"]);
            Assert.Null(await _server.Reveal(secret.SecretKey, secret.Passphrase ?? ""));
        }
    }

    [Fact]
    public async Task API_token_of_the_old_version_lists_the_receipts_of_its_owner()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await Recent(Known.Token[..^1] + (Known.Token[^1] == '0' ? '1' : '0'))).Status);
        var (status, list) = await Recent(Known.Token);
        Assert.Equal(HttpStatusCode.OK, status);
        string[] owned = ["owned", "mailed", "adopted", "lateOwned"];
        Assert.All(owned, name => Assert.Contains(Known.Unread[name].MetadataKey, list, Ordinal));
        Assert.Contains(Known.Burned.MetadataKey, list, Ordinal);
        Assert.All(Known.Unread.Where(secret => !owned.Contains(secret.Key, StringComparer.Ordinal)),
            secret => Assert.DoesNotContain(secret.Value.MetadataKey, list, Ordinal));
    }

    [Fact]
    public async Task Password_of_the_old_version_signs_in()
    {
        using var stranger = await _server.SignIn(password: Known.Password + "!");
        Assert.False(stranger.IsSignedIn());
        using var owner = await _server.SignIn(password: Known.Password);
        Assert.True(owner.IsSignedIn());
    }

    [Fact]
    public Task Authenticator_app_and_recovery_code_of_the_old_version_are_accepted_as_second_factor() => AssertSecondFactor();

    [Fact]
    public async Task Session_cookie_of_the_old_version_is_accepted_under_its_new_name()
    {
        using var owner = new Reader(_server);
        foreach (var (name, value) in Known.OwnersCookies)
            owner.Cookies.Add(new Cookie(_server.CookieName(name), value, "/", "127.0.0.1"));
        await owner.Open("/account");
        Assert.True(owner.IsSignedIn());
        Assert.Contains(People.Email, owner.Text("main"), Ordinal);
    }

    [Fact]
    public async Task Mails_queued_by_the_old_version_are_sent()
    {
        _server.Clock.Advance(TimeSpan.FromHours(1)); // past the delay after the failed attempt
        await _server.Get<DeliverMail>().Run(CancellationToken.None);
        var mails = Directory.GetFiles(_server.Get<DataFolder>().Mail).Select(File.ReadAllText).ToList();
        Assert.Single(mails, mail => mail.Contains($"/secret/{Known.Unread["mailed"].SecretKey}", Ordinal)
            && mail.Contains("To: friend@example.com", Ordinal));
        Assert.Contains(mails, mail => mail.Contains($"To: {Admin}", Ordinal));
    }

    [Fact]
    public async Task Audit_trail_of_the_old_version_is_valid_and_continues()
    {
        var report = await _server.VerifyAudit();
        Assert.Equal((null, Known.AuditRows), (report.Flaw, report.Verified));
        await AssertEachRevealsOnce();
        Assert.True(await _server.WriteHead());
        report = await _server.VerifyAudit();
        Assert.Null(report.Flaw);
        Assert.InRange(report.Verified, Known.AuditRows + Known.Unread.Count, long.MaxValue);
    }

    [Fact]
    public async Task Files_of_the_old_version_are_clean_and_clean_again_after_reveals_and_an_erasure()
    {
        Assert.True((await _server.Get<VerifyErasure>().Run(CancellationToken.None)).IsClean);
        await AssertEachRevealsOnce();
        Assert.False((await _server.Get<VerifyErasure>().Run(CancellationToken.None)).IsClean);
        await _server.Get<EraseDeleted>().Run(scrub: true, CancellationToken.None);
        Assert.True((await _server.Get<VerifyErasure>().Run(CancellationToken.None)).IsClean);
    }

    [Fact]
    public async Task Everything_still_opens_after_a_rotation_and_the_retirement_of_all_old_roots()
    {
        var roots = _server.Get<KeyRing>().Roots.ToList();
        Assert.Equal(Known.Roots, roots.Select(KeyRingFile.Name), StringComparer.Ordinal);
        await using (var db = _server.Database())
        {
            // The first rotation was completed, and the second was interrupted.
            var naming = (await db.Secrets.Select(secret => secret.Box).ToListAsync()).Select(box => Box.KeyId(box, "test")).ToHashSet();
            Assert.Equal((3, 2, false), (roots.Count, naming.Count, naming.Contains(roots[^1])));
        }
        await _server.Get<RotateKeys>().Run(_ => { }, CancellationToken.None);
        foreach (var (i, root) in roots.Index())
        {
            // A root may only be retired a minute after the last change of the file, whose time is that of the system.
            File.SetLastWriteTimeUtc(_server.Get<DataFolder>().KeyRing.Path, Known.MadeAt.AddMinutes(-2 - i).UtcDateTime);
            await _server.Get<RetireKey>().Run(root, CancellationToken.None);
        }
        await _server.DisposeAsync();

        _server = await _folder.Start();
        Assert.DoesNotContain(Assert.Single(_server.Get<KeyRing>().Roots), roots);
        Assert.Equal(HttpStatusCode.OK, (await Recent(Known.Token)).Status);
        await AssertSecondFactor();
        await AssertEachRevealsOnce();
    }

    private async Task AssertEachRevealsOnce()
    {
        foreach (var secret in Known.Unread.Values)
        {
            if (secret.Passphrase is not null)
                Assert.Null(await _server.Reveal(secret.SecretKey, secret.Passphrase + "!"));
            Assert.Equal(secret.Value, await _server.Reveal(secret.SecretKey, secret.Passphrase ?? ""));
            Assert.Null(await _server.Reveal(secret.SecretKey, secret.Passphrase ?? ""));
            Assert.Equal("received", (string?)(await _server.Receipt(secret.MetadataKey))["state"]);
        }
    }

    private async Task AssertSecondFactor()
    {
        _server.NextCode();
        var key = Base32Encoding.ToBytes(Known.AppKey);
        foreach (var code in (string[])[_server.Code(key), Known.RecoveryCodes[0]])
        {
            using var admin = await _server.SignIn(Admin, Known.Password, back: "/admin");
            await admin.SendCode(_server.WrongCode(key));
            Assert.False(admin.IsSignedIn());
            await admin.SendCode(code);
            Assert.Equal("/admin", admin.Path);
            Assert.True(admin.IsSignedIn());
        }
    }

    private async Task<(HttpStatusCode Status, string List)> Recent(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/private/recent");
        request.Headers.Authorization = RunningServer.Basic(People.Email, token);
        using var answer = await _server.Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
