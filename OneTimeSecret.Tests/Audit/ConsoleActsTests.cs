using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Clocks;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Oversight;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Administration;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Audit;

/// <summary>Every act of administrators on mails, jobs and the trail, and of the operator on keys, leaves one row.</summary>
public sealed class ConsoleActsTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private Caller _admin = null!;

    private static CancellationToken Never => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start();
        _admin = await _server.AddAdmin();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Audit_trail_names_mails_by_id_and_addresses_by_hash()
    {
        var mail = await _server.AddMail(_admin.Account!.Id, MailState.Failed, "550 no such user");
        Task Retry() => _server.Get<RetryMail>().Run(_admin, mail, Never);
        await Leaves(AuditKind.MailRetried, $"{mail}", Retry);
        await _server.Leaves(Retry);

        await _server.OptOut("friend@example.com");
        var hash = EmailAddress.Parse("friend@example.com")!.Hash(_server.Get<KeyRing>());
        Task Allow() => _server.Get<AllowMail>().Run(_admin, "friend@example.com", Never);
        await Leaves(AuditKind.MailAllowed, Convert.ToHexStringLower(hash[..4]), Allow);
        await _server.Leaves(Allow);
    }

    [Fact]
    public async Task Started_jobs_and_exports_of_the_audit_trail_are_recorded()
    {
        await Leaves(AuditKind.JobStarted, JobNames.Purge, () =>
            _server.Get<StartJob>().Run(_admin, JobNames.Purge, () => Task.CompletedTask, Never));
        await _server.Leaves(() => _server.Get<StartJob>().Run(_admin, "nothing", () => Task.CompletedTask, Never));
        await Leaves(AuditKind.AuditExported, "audit", () => _server.Get<ExportAudit>().Begin(_admin, Never));
    }

    [Fact]
    public async Task Key_rotation_and_retirement_are_recorded_with_the_name_of_the_root()
    {
        var old = _server.Get<KeyRing>().CurrentRoot;
        var rotated = Assert.Single(await _server.Left(() => _server.Get<RotateKeys>().Run(_ => { }, Never)));
        Assert.Equal(LeftRow.ByOperator(AuditKind.KeyRotated, KeyRingFile.Name(_server.Get<KeyRing>().CurrentRoot)), rotated);
        await _server.Leaves(() => Assert.ThrowsAsync<KeyRingException>(() => _server.Get<RetireKey>().Run(old, Never))); // too soon
        _server.Clock.Advance(TimeSpan.FromMinutes(2));
        await _server.Leaves(
            () => _server.Get<RetireKey>().Run(old, Never), LeftRow.ByOperator(AuditKind.KeyRetired, KeyRingFile.Name(old)));
    }

    [Fact]
    public async Task Acceptance_of_the_system_clock_is_recorded_with_both_times()
    {
        await _server.Get<KeepClock>().Run(Never);
        var before = _server.Clock.GetUtcNow();
        _server.System.Set(TimeSpan.FromDays(-1));
        await _server.Leaves(
            () => _server.Get<AcceptClock>().Run(Never),
            LeftRow.ByOperator(
                AuditKind.ClockAccepted, "clock", $"{before:yyyy-MM-ddTHH:mm:ss}Z to {before.AddDays(-1):yyyy-MM-ddTHH:mm:ss}Z"));
    }

    private Task Leaves(AuditKind kind, string subject, Func<Task> act) =>
        _server.Leaves(act, LeftRow.ByAdmin(kind, _admin.Account!.Id, subject));
}
