using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OneTimeSecret.Web.Logging;

/// <summary>
/// Counts logged errors for the administrators' overview. Their texts stay in the log, because they may contain what administrators must
/// not see. A ring buffer has one count per minute, because the framework's counters only grow and a list of errors would have no limit.
/// </summary>
internal sealed class ErrorCount(TimeProvider time) : ILoggerProvider
{
    private const int Minutes = 60;

    private readonly Lock _counting = new();

    /// <summary>The ring buffer: the number of a minute and its count of errors. Minute n is at index n modulo 60.</summary>
    private readonly (long Minute, int Count)[] _minutes = new (long, int)[Minutes];
    private long _sinceStart;
    private DateTimeOffset? _last;

    /// <summary>The number of errors since the start.</summary>
    public long SinceStart
    {
        get
        {
            lock (_counting)
                return _sinceStart;
        }
    }

    /// <summary>The number of errors in the last hour, accurate to a minute.</summary>
    public int LastHour
    {
        get
        {
            var oldest = Minute(time.GetUtcNow()) - Minutes;
            lock (_counting)
                return _minutes.Where(minute => minute.Minute > oldest).Sum(minute => minute.Count);
        }
    }

    /// <summary>The time of the last error. Null if there was none.</summary>
    public DateTimeOffset? Last
    {
        get
        {
            lock (_counting)
                return _last;
        }
    }

    public ILogger CreateLogger(string categoryName) => new Counter(this);

    public void Dispose() { }

    private void Count()
    {
        var now = time.GetUtcNow();
        var minute = Minute(now);
        lock (_counting)
        {
            _sinceStart++;
            _last = now;
            ref var place = ref _minutes[minute % Minutes];
            place = (minute, place.Minute == minute ? place.Count + 1 : 1);
        }
    }

    private static long Minute(DateTimeOffset now) => now.ToUnixTimeSeconds() / 60;

    private sealed class Counter(ErrorCount errors) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is LogLevel.Error or LogLevel.Critical;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                errors.Count();
        }
    }
}

internal static class ErrorCountSetup
{
    /// <summary>Registers the counter. Log levels in the configuration do not affect it.</summary>
    public static void AddErrorCount(this IServiceCollection services)
    {
        services.TryAddSingleton<ErrorCount>();
        services.AddSingleton<ILoggerProvider>(provider => provider.GetRequiredService<ErrorCount>());
        services.AddLogging(logging => logging.AddFilter<ErrorCount>(category: null, LogLevel.Error));
    }
}
