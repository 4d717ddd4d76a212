using Hangfire.Logging;
using HangfireLevel = Hangfire.Logging.LogLevel;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace OneTimeSecret.Web.Jobs;

/// <summary>
/// Writes Hangfire's messages to the log category "Hangfire". Its information messages (options, threads) get level Debug. Hangfire has
/// one log for the process, so this class keeps no logger factory, which could belong to a server that has ended.
/// </summary>
internal sealed class SchedulerLog(ILoggerFactory factory) : ILogProvider, ILog
{
    private readonly ILogger _log = factory.CreateLogger("Hangfire");

    public ILog GetLogger(string name) => this;

    public bool Log(HangfireLevel logLevel, Func<string>? messageFunc, Exception? exception = null)
    {
        var level = logLevel switch
        {
            HangfireLevel.Trace => LogLevel.Trace,
            HangfireLevel.Debug or HangfireLevel.Info => LogLevel.Debug,
            HangfireLevel.Warn => LogLevel.Warning,
            HangfireLevel.Error => LogLevel.Error,
            _ => LogLevel.Critical,
        };
        if (messageFunc is not null && _log.IsEnabled(level))
            _log.Log(level, exception, "{Message}", messageFunc());
        return _log.IsEnabled(level);
    }
}
