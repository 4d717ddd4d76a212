namespace OneTimeSecret.Core.Jobs;

/// <summary>
/// The jobs that run in this process, one run of each at a time. Whoever asks for a job while it runs does not wait: the run under way
/// is followed by one more, however often it was asked for.
/// </summary>
public sealed class RunningJobs
{
    private readonly Lock _gate = new();

    /// <summary>The running jobs, and whether each was asked for since its run began.</summary>
    private readonly Dictionary<string, bool> _askedAgain = new(StringComparer.Ordinal);

    /// <summary>Whether <paramref name="job"/> is running.</summary>
    public bool Contains(string job)
    {
        lock (_gate)
            return _askedAgain.ContainsKey(job);
    }

    /// <summary>Runs <paramref name="run"/>, or has the run under way followed by one more.</summary>
    /// <param name="job">One of <see cref="JobNames"/>.</param>
    /// <param name="run">One run.</param>
    /// <param name="cancellation">No further run begins.</param>
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

    /// <summary>Ends the run in the same step in which it finds that nobody has asked for another: none is lost in between.</summary>
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
