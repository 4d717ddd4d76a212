using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Tests.Administration;
using OneTimeSecret.Tests.Audit;

namespace OneTimeSecret.Tests.Jobs;

/// <summary>An administrator has a job run now.</summary>
public sealed class StartJobTests(AdminServer shared) : IClassFixture<AdminServer>
{
    private readonly RunningServer _server = shared.Server;
    private int _starts;

    [Fact]
    public async Task A_job_is_started_once_it_is_written_down_who_asked_for_it()
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
    public async Task What_is_no_job_is_not_there(string name)
    {
        await _server.Leaves(async () => Assert.Equal(AdminOutcome.NotThere, await Start(shared.Admin, name)));
        Assert.Equal(0, _starts);
    }

    [Fact]
    public async Task Nobody_but_an_administrator_starts_a_job()
    {
        var owner = Verbs.Somebody with { Account = await _server.SignedIn("owner@example.com") };
        foreach (var caller in new[] { Verbs.Somebody, owner })
            await _server.Leaves(async () => Assert.Equal(AdminOutcome.NotAdministrator, await Start(caller, JobNames.Purge)));
        Assert.Equal(0, _starts);
    }

    [Fact]
    public async Task A_scheduler_that_fails_is_heard_and_the_trail_keeps_who_asked()
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
