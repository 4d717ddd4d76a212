using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Secrets;

/// <summary>Owners who asked for expiry warnings get them, and nobody else does (docs/contract.md, Mails).</summary>
public sealed class WarnOfExpiryTests : IAsyncLifetime
{
    private const int Week = 604_800;

    private RunningServer _server = null!;
    private SignedIn _owner = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start(Mails.Settings);
        _owner = await _server.SignedIn("owner@example.com");
        await Ask(viewed: true, expiry: true);
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Owner_is_warned_once_one_day_before_an_unread_secret_expires()
    {
        var (_, metadata) = await _server.Conceal("value", ttl: Week, account: _owner);
        _server.Clock.Advance(TimeSpan.FromDays(6) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await Warn());
        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await Warn());
        Assert.Equal(0, await Warn());

        var content = Assert.IsType<ExpiryWarningMail>(Assert.Single(await _server.Waiting()).Open(_server.Get<KeyRing>()));
        var shortId = Convert.ToHexStringLower(metadata.Id.AsSpan(0, 4));
        var end = _server.Clock.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds();
        Assert.Equal(
            ("owner@example.com", shortId, end), (content.To, content.ShortId, content.Expires.ToUnixTimeMilliseconds()));
    }

    [Fact]
    public async Task Read_burned_short_lived_and_anonymous_secrets_cause_no_warning()
    {
        await _server.TryReveal((await _server.Conceal("read", ttl: Week, account: _owner)).Key);
        await _server.TryBurn((await _server.Conceal("burned", ttl: Week, account: _owner)).Metadata);
        await _server.Conceal("short", ttl: 48 * 3600, account: _owner);
        await _server.Conceal("anonymous", ttl: Week);
        var before = (await _server.Waiting()).Count; // the mail about the view
        for (var day = 0; day < 8; day++)
        {
            _server.Clock.Advance(TimeSpan.FromDays(1));
            Assert.Equal(0, await Warn());
        }
        Assert.Equal(before, (await _server.Waiting()).Count);
    }

    [Fact]
    public async Task Owner_who_did_not_ask_for_warnings_gets_none()
    {
        await Ask(viewed: true, expiry: false);
        await _server.Conceal("value", ttl: Week, account: _owner);
        _server.Clock.Advance(TimeSpan.FromDays(6));
        Assert.Equal(0, await Warn());
    }

    [Fact]
    public async Task Two_servers_on_one_folder_send_each_warning_once()
    {
        await using var another = await RunningServer.Start(_server.Folder, null, Mails.Settings);
        await Verbs.AtOnce(120, i => _server.Conceal($"value {i}", ttl: Week, account: _owner));
        _server.Clock.Advance(TimeSpan.FromDays(6));
        another.Clock.SetUtcNow(_server.Clock.GetUtcNow());
        var written = await Task.WhenAll(
            _server.Get<WarnOfExpiry>().Run(CancellationToken.None), another.Get<WarnOfExpiry>().Run(CancellationToken.None));
        Assert.Equal(120, written.Sum());
        Assert.Equal(120, (await _server.Waiting()).Count);
    }

    [Fact]
    public async Task Account_changes_each_mail_choice_separately()
    {
        Assert.Equal((true, true), await Ask());
        Assert.Equal((false, true), await Ask(viewed: false));
        Assert.Equal((false, false), await Ask(expiry: false));
        Assert.Equal((false, false), await Ask());
        await _server.SignedIn("another@example.com");
        await Ask(viewed: true, expiry: true);
        Assert.Equal((false, false), await _server.Get<ChooseMails>().Run("another@example.com", null, null, CancellationToken.None));
        await Assert.ThrowsAsync<AccountException>(
            () => _server.Get<ChooseMails>().Run("nobody@example.com", null, null, CancellationToken.None));
    }

    private Task<int> Warn() => _server.Get<WarnOfExpiry>().Run(CancellationToken.None);

    private Task<(bool Viewed, bool Expiry)> Ask(bool? viewed = null, bool? expiry = null) =>
        _server.Get<ChooseMails>().Run("Owner@example.com", viewed, expiry, CancellationToken.None);
}
