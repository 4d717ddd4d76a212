using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Tests.Administration;
using OneTimeSecret.Tests.Audit;

namespace OneTimeSecret.Tests.Jobs;

/// <summary>An administrator starts a job at once.</summary>
public sealed class StartJobTests(AdminServer shared) : IClassFixture<AdminServer>
{
    private readonly RunningServer _server = shared.Server;
    private int _starts;

    [Fact]
    public async Task Job_starts_only_after_the_request_is_recorded_in_the_audit_trail()
    {
        var row = LeftRow.ByAdmin(AuditKind.JobStarted, shared.Admin.Account!.Id, JobNames.Purge);
        await _server.Leaves(
            async () => Assert.Equal(
                AdminOutcome.Done,
                await Start(shared.Admin, JobNames.Purge, async () => Assert.Equal(row, LeftRow.Of((await _server.Trail())[^1])))),
            row);
        Assert.Equal(1, _starts);
    }

    [Theory, InlineData("nothing"), InlineData("PURGE"), InlineData("purge "), InlineData("")]
    public async Task Unknown_job_name_returns_NotThere(string name)
    {
        await _server.Leaves(async () => Assert.Equal(AdminOutcome.NotThere, await Start(shared.Admin, name)));
        Assert.Equal(0, _starts);
    }

    [Fact]
    public async Task Only_an_administrator_can_start_a_job()
    {
        var owner = Verbs.Somebody with { Account = await _server.SignedIn("owner@example.com") };
        foreach (var caller in new[] { Verbs.Somebody, owner })
            await _server.Leaves(async () => Assert.Equal(AdminOutcome.NotAdministrator, await Start(caller, JobNames.Purge)));
        Assert.Equal(0, _starts);
    }

    [Fact]
    public async Task Failure_of_the_scheduler_is_thrown_and_the_request_stays_in_the_audit_trail()
    {
        await _server.Leaves(
            () => Assert.ThrowsAsync<IOException>(() => Start(shared.Admin, JobNames.Trim, () => throw new IOException())),
            LeftRow.ByAdmin(AuditKind.JobStarted, shared.Admin.Account!.Id, JobNames.Trim));
        Assert.Equal(1, _starts);
    }

    private Task<AdminOutcome> Start(Caller admin, string job, Func<Task>? start = null) => _server.Get<StartJob>().Run(
        admin, job,
        () =>
        {
            _starts++;
            return start?.Invoke() ?? Task.CompletedTask;
        },
        CancellationToken.None);
}
