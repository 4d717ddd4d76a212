using Microsoft.AspNetCore.Connections;

namespace OneTimeSecret.Web.Gates;

/// <summary>
/// Stops the server within five seconds, because service managers and restarts wait for it. Running requests get
/// <see cref="OfRequests"/>. Then all remaining connections are aborted, for example of slow senders or receivers. The rest of the time
/// is for pending writes, jobs and the head of the audit trail. The framework has only one limit for all of this, which one connection
/// could use up.
/// </summary>
internal sealed class LastSeconds : IDisposable
{
    /// <summary>The time limit for running requests after the stop signal.</summary>
    public static readonly TimeSpan OfRequests = TimeSpan.FromSeconds(2.5);

    /// <summary>The limit for the whole stop. Unfinished work then ends as in a power cut, which loses no acknowledged write.</summary>
    public static readonly TimeSpan OfAll = TimeSpan.FromSeconds(4.5);

    private readonly CancellationTokenSource _cut;

    public LastSeconds(IHostApplicationLifetime host, TimeProvider time)
    {
        _cut = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        host.ApplicationStopping.Register(() => _cut.CancelAfter(OfRequests));
    }

    public void Dispose() => _cut.Dispose();

    /// <summary>Serves a connection until it ends or is aborted.</summary>
    public async Task Serve(ConnectionContext connection, ConnectionDelegate next)
    {
        await using var end = _cut.Token.Register(connection.Abort);
        await next(connection);
    }
}
