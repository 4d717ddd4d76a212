using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Clients;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Site;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Administration;
using OneTimeSecret.Tests.Mail;
using Act = OneTimeSecret.Core.Audit.Act;

namespace OneTimeSecret.Tests.Audit;

/// <summary>What an administrator does leaves one row, with the reason that he gave.</summary>
public sealed class AdminActsTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private Caller _admin = null!;
    private Guid _account;

    private static CancellationToken Never => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start();
        _admin = await _server.AddAdmin();
        _account = (await _server.AddAccount()).Id;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task What_he_does_with_an_account_leaves_a_row_each()
    {
        await Leaves(AuditKind.AccountSuspended, _account.ToString(), "sent spam", () => _server.Suspend(_admin, _account));
        await Leaves(AuditKind.AccountResumed, _account.ToString(), null, () => _server.Resume(_admin, _account));
        await Leaves(AuditKind.AccountLimited, _account.ToString(), "requests=7 mails=default", () =>
            _server.Get<LimitAccount>().Run(_admin, _account, 7, null, Never));
        await Leaves(AuditKind.FactorDemanded, _account.ToString(), "demanded", () =>
            _server.Get<DemandFactor>().Run(_admin, _account, true, Never));
        await Leaves(AuditKind.AdminGranted, _account.ToString(), null, () => _server.Promote(_admin, _account));
        await Leaves(AuditKind.AdminRevoked, _account.ToString(), null, () => _server.Demote(_admin, _account));
    }

    [Fact]
    public async Task What_he_does_with_a_network_leaves_a_row_each()
    {
        var until = _server.Clock.GetUtcNow().AddDays(1);
        await Leaves(
            AuditKind.NetworkBlocked, "203.0.113.0/24", $"abuse (until {until.UtcDateTime:yyyy-MM-dd'T'HH:mm'Z'})",
            () => _server.Get<BlockNetwork>().Run(_admin, "203.0.113.7/24", "abuse", until, Never));
        await Leaves(
            AuditKind.NetworkUnblocked, "203.0.113.0/24", null, () => _server.Get<UnblockNetwork>().Run(_admin, "203.0.113.0/24", Never));
    }

    [Fact]
    public async Task A_secret_that_he_destroys_leaves_a_row_with_the_reason()
    {
        var (_, key) = await _server.Conceal("value");
        Task Destroy() => _server.Get<DestroySecret>().Run(_admin, Convert.ToHexStringLower(key.Id), "sent by mistake", Never);
        await Leaves(AuditKind.SecretDestroyed, StoredReceipt.ShortId(key.Id), "sent by mistake", Destroy);
        Assert.Empty(await _server.LeavesAll(Destroy));
    }

    [Fact]
    public async Task What_he_does_about_mail_leaves_a_row_each()
    {
        var mail = await _server.AddMail(_account, MailState.Failed, "550 no such user");
        await Leaves(AuditKind.MailRetried, mail.ToString(), null, () => _server.Get<RetryMail>().Run(_admin, mail, Never));
        await _server.OptOut("friend@example.com");
        var hash = EmailAddress.Parse("friend@example.com")!.Hash(_server.Get<KeyRing>());
        await Leaves(AuditKind.MailAllowed, Convert.ToHexStringLower(hash[..4]), null, () =>
            _server.Get<AllowMail>().Run(_admin, "friend@example.com", Never));
    }

    [Fact]
    public async Task Jobs_the_banner_and_reading_the_trail_out_leave_a_row_each()
    {
        await Leaves(AuditKind.JobStarted, JobNames.Purge, null, () =>
            _server.Get<StartJob>().Run(_admin, JobNames.Purge, () => Task.CompletedTask, Never));
        await Leaves(AuditKind.BannerSet, "banner", "Down at noon", () =>
            _server.Get<SetBanner>().Run(_admin, "Down at noon", null, Never));
        await Leaves(AuditKind.BannerSet, "banner", null, () => _server.Get<SetBanner>().Run(_admin, null, null, Never));
        await Leaves(AuditKind.AuditExported, "audit", null, () => _server.Get<ExportAudit>().Begin(_admin, Never));
    }

    [Fact]
    public async Task What_is_refused_him_leaves_a_row_that_says_so()
    {
        var left = await _server.LeavesOne(() => _server.Demote(_admin, _admin.Account!.Id));
        Assert.Equal(
            Admins(AuditKind.AdminRevoked, _admin.Account!.Id.ToString(), null) with { Result = AuditResult.Refused }, left);
    }

    [Fact]
    public async Task What_is_not_there_or_is_asked_by_somebody_else_leaves_nothing()
    {
        Assert.Empty(await _server.LeavesAll(() => _server.Suspend(_admin, Guid.NewGuid())));
        Assert.Empty(await _server.LeavesAll(() => _server.Resume(_admin, _account)));
        var other = _admin with { Account = await _server.StoredOwner() };
        Assert.Empty(await _server.LeavesAll(() => _server.Suspend(other, _account)));
    }

    private async Task Leaves(AuditKind kind, string subject, string? detail, Func<Task> act) =>
        Assert.Equal(Admins(kind, subject, detail), await _server.LeavesOne(act));

    private Act Admins(AuditKind kind, string subject, string? detail) =>
        new(kind, AuditActor.Account, _admin.Account!.Id, Administrators.Client) { Subject = subject, Detail = detail };
}
