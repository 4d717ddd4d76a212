using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;
using Quartz;

namespace OneTimeSecret.Web.Jobs;

/// <summary>
/// What happens by itself, and how often. Each job only calls a verb of Core; what is due stands in the database, so a job may
/// run at any time, twice or on several servers, and nothing of the schedule has to be kept.
/// </summary>
internal static class JobSetup
{
    public static void AddJobs(this IServiceCollection services)
    {
        services.AddHostedService<AuditWatch>(); // before the jobs, so that it stops after them
        services.AddQuartz(quartz =>
        {
            // A stop is told to the jobs, which end at their next good moment, and then waited for.
            quartz.ConfigureScheduler(scheduler => scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always);
            quartz.Add(JobNames.Purge, jobs => jobs.PurgeSeconds, (
                RunJob run, PurgeExpired expired, PurgeAccounts accounts, Sessions sessions, SignInTries tries, CancellationToken stop) =>
                run.Run(JobNames.Purge, async cancellation =>
                    (await expired.Run(cancellation)).Total + await accounts.Run(cancellation)
                    + await sessions.Purge() + await tries.Purge(), stop));
            quartz.Add(JobNames.Erase, jobs => jobs.EraseSeconds, async (
                RunJob run, EraseDeleted erase, PurgePickup pickup, CancellationToken stop) =>
            {
                if (erase.IsDue)
                    await run.Run(JobNames.Erase, async cancellation =>
                    {
                        var erasure = await erase.Run(cancellation);
                        await pickup.Run(cancellation);
                        return erasure.AsRun;
                    }, stop);
            });
            quartz.Add(JobNames.Deliver, jobs => jobs.DeliverSeconds, async (RunJob run, DeliverMail deliver, CancellationToken stop) =>
            {
                if (await deliver.IsDue(stop))
                    await run.Run(JobNames.Deliver, deliver.Run, stop);
            });
            quartz.Add(JobNames.Warn, jobs => jobs.WarnSeconds, (RunJob run, WarnOfExpiry warn, CancellationToken stop) =>
                run.Run(JobNames.Warn, warn.Run, stop));
            quartz.Add(JobNames.Trim, jobs => jobs.TrimSeconds, (
                RunJob run, TrimMails mails, TrimAudit audit, CancellationToken stop) =>
                run.Run(JobNames.Trim, async cancellation => await mails.Run(cancellation) + await audit.Run(cancellation), stop));
        });
        services.AddQuartzHostedService(host => host.WaitForJobsToComplete = true);
        services.AddHostedService<MailWatch>();
        services.AddSingleton<JobBoard>();
        services.AddHostedService<MemoryWatch>();
    }

    /// <summary>One run at a time; one that lasts longer than its interval delays the next.</summary>
    private static void Add(this IQuartzBuilder quartz, string name, Func<JobOptions, int> seconds, Delegate run)
    {
        quartz.AddJob(name, run, job => job.DisallowConcurrentExecution());
        quartz.AddTrigger((services, trigger) => trigger
            .ForJob(name)
            .WithSimpleSchedule(TimeSpan.FromSeconds(seconds(services.GetRequiredService<IOptions<JobOptions>>().Value))));
    }
}
