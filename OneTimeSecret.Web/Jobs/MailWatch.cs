using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Mail;
using Quartz;

namespace OneTimeSecret.Web.Jobs;

/// <summary>Runs the delivery as soon as there is new mail.</summary>
internal sealed class MailWatch(MailSignal signal, ISchedulerFactory schedulers) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await signal.Wait(stoppingToken);
            var scheduler = await schedulers.GetScheduler(stoppingToken);
            await scheduler.TriggerJob(new JobKey(JobNames.Deliver), cancellationToken: stoppingToken);
        }
    }
}
