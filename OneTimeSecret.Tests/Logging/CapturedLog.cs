using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace OneTimeSecret.Tests.Logging;

/// <summary>
/// Captures everything that is logged: text, values, scopes and exceptions. It has the alias of the console, so that an operator's rules
/// for the console apply to it.
/// </summary>
[ProviderAlias("Console")]
internal sealed class CapturedLog : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<string> _lines = new();
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public IReadOnlyCollection<string> Lines => _lines;

    public void Attach(WebApplicationBuilder builder) => builder.Logging.AddProvider(this);

    public void Clear() => _lines.Clear();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose() { }

    private static string Spelled(object? state) => state is IEnumerable<KeyValuePair<string, object?>> values
        ? $"{state} {{{string.Join(", ", values.Select(value => $"{value.Key}={value.Value}"))}}}"
        : $"{state}";

    private sealed class Logger(CapturedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scopes = new List<string>();
            log._scopes.ForEachScope((scope, list) => list.Add(Spelled(scope)), scopes);
            var text = $"{logLevel} {category}: {formatter(state, exception)}";
            log._lines.Enqueue($"{text} | {Spelled(state)} | {string.Join(" => ", scopes)} | {exception}");
        }
    }
}
