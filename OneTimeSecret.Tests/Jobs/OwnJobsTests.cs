using System.Reflection;
using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Tests.Commands;
using OneTimeSecret.Tests.Logging;
using OneTimeSecret.Web.Jobs;

namespace OneTimeSecret.Tests.Jobs;

/// <summary>Somebody who can write to Hangfire's store can make the server run only its own jobs.</summary>
public sealed class OwnJobsTests
{
    [Fact]
    public async Task Planted_jobs_do_not_run()
    {
        using var folder = new TemporaryFolder();
        var log = new CapturedLog();
        await using var server = await RunningServer.Start(null, log.Attach);
        var (storage, mark) = (server.Get<JobStorage>(), Path.Combine(folder.Path, "mark"));
        var planted = new BackgroundJobClient(storage, new JobFilterCollection());
        planted.Create(Job.FromExpression(() => File.WriteAllText(mark, "foreign")), new EnqueuedState());
        planted.Create(Job.FromExpression<Planted>(jobs => jobs.Purge()), new EnqueuedState());
        planted.Create(OfOurClass(nameof(ToString)), new EnqueuedState());
        planted.Create(OfOurClass(nameof(Equals), "argument"), new EnqueuedState());
        server.Ask(JobNames.Purge);
        using (server.Work())
        {
            var state = storage.GetMonitoringApi();
            await Verbs.Until(() => state.DeletedListCount() == 4 && state.SucceededListCount() == 1);
            Assert.Equal((0, 0), (state.FailedCount(), state.ScheduledCount())); // none is retried
        }
        await using var db = server.Database();
        Assert.Equal(JobNames.Purge, (await db.JobRuns.SingleAsync()).Job);
        Assert.False(File.Exists(mark));
        Assert.Equal(0, Planted.Runs);
        // One line only: for the other planted jobs a type is not found.
        Assert.Single(log.Lines, line => line.StartsWith("Error ", StringComparison.Ordinal)
            && line.Contains("A stored job was refused, because it is not one", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("System.IO.File, mscorlib"), InlineData("System.IO.File"), InlineData("System.Diagnostics.Process, System")]
    [InlineData("OneTimeSecret.Web.Jobs.ScheduledJobs, Another"), InlineData("onetimesecret.web.jobs.scheduledjobs"), InlineData("")]
    public void Other_type_names_are_refused(string name) => Assert.Throws<InvalidOperationException>(() => OwnJobs.Resolve(name));

    [Fact]
    public void Every_job_of_the_program_is_found_by_its_stored_name_and_takes_no_arguments()
    {
        Assert.Equal(typeof(ScheduledJobs), OwnJobs.Resolve(OwnJobs.Name(typeof(ScheduledJobs))));
        var methods = typeof(ScheduledJobs).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => !method.IsSpecialName).ToHashSet();
        Assert.Equal(methods, ScheduledJobs.All.Select(job => job.Method).ToHashSet());
        Assert.All(methods, method => Assert.Empty(method.GetParameters()));
        Assert.All(JobNames.All, name => Assert.Contains(ScheduledJobs.Of(name), ScheduledJobs.All));
    }

    private static Job OfOurClass(string method, params object[] arguments) =>
        new(typeof(ScheduledJobs), typeof(object).GetMethod(method, BindingFlags.Public | BindingFlags.Instance)!, arguments);

    /// <summary>A class with the same method name as <see cref="ScheduledJobs"/>.</summary>
    internal sealed class Planted
    {
        private readonly int _one = 1;

        public static int Runs { get; private set; }

        public Task Purge()
        {
            Runs += _one;
            return Task.CompletedTask;
        }
    }
}
