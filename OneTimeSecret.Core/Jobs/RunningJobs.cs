namespace OneTimeSecret.Core.Jobs;

/// <summary>
/// The jobs that run in this process, with one run of each job at a time. A request for a running job does not wait. One more run follows
/// the current one, however many requests there were.
/// </summary>
public sealed class RunningJobs
{
    private readonly Lock _gate = new();

    /// <summary>The running jobs. The value says whether the job was requested again since its run began.</summary>
    private readonly Dictionary<string, bool> _askedAgain = new(StringComparer.Ordinal);

    /// <summary>Whether <paramref name="job"/> is running.</summary>
    public bool Contains(string job)
    {
        lock (_gate)
            return _askedAgain.ContainsKey(job);
    }

    /// <summary>Runs <paramref name="run"/>. If the job is running already, makes the current run be followed by one more.</summary>
    /// <param name="job">One of <see cref="JobNames"/>.</param>
    /// <param name="run">One run of the job.</param>
    /// <param name="cancellation">Starts no further run.</param>
    internal async Task Run(string job, Func<Task> run, CancellationToken cancellation)
    {
        if (!Begin(job))
            return;
        try
        {
            do
                await run();
            while (IsAskedAgain(job, cancellation));
        }
        catch
        {
            lock (_gate)
                _askedAgain.Remove(job);
            throw;
        }
    }

    private bool Begin(string job)
    {
        lock (_gate)
        {
            if (_askedAgain.TryAdd(job, false))
                return true;
            _askedAgain[job] = true;
            return false;
        }
    }

    /// <summary>Checks for another request, and ends the job if there is none, under one lock, so that no request is lost.</summary>
    private bool IsAskedAgain(string job, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (!_askedAgain[job] || cancellation.IsCancellationRequested)
                return !_askedAgain.Remove(job);
            _askedAgain[job] = false;
            return true;
        }
    }
}
