using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Generations;

/// <summary>Makes the generation file durable, and repeats writes that failed.</summary>
internal sealed class GenerationWatch(
    IDbContextFactory<OtsDbContext> contexts, GenerationCount generations, TimeProvider time, ILogger<GenerationWatch> log)
    : BackgroundService
{
    /// <summary>The time between two syncs: what a power cut can undo in the file.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(4);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return; // the file is synced when it is disposed
            try
            {
                await using var db = await contexts.CreateDbContextAsync(stoppingToken);
                await generations.Catch(db, stoppingToken);
            }
            catch (Exception fault) when (EngineFault.Is(fault))
            {
                log.LogWarning(fault, "The generation could not be read; the server will try again");
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
