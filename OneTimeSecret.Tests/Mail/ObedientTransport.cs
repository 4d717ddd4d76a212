using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Tests.Mail;

/// <summary>A mail transport that behaves as the test tells it.</summary>
internal sealed class ObedientTransport : IMailTransport, IMailConnection
{
    /// <summary>The ids of the accepted mails, in order.</summary>
    public ConcurrentQueue<Guid> Taken { get; } = [];

    public int Connections { get; private set; }

    /// <summary>Runs at each connection. It may throw or wait.</summary>
    public Func<Task> WhenConnecting { get; set; } = () => Task.CompletedTask;

    public Func<Guid, Task> WhenSending { get; set; } = _ => Task.CompletedTask;

    public void Attach(WebApplicationBuilder builder) => builder.Services.AddSingleton<IMailTransport>(this);

    public async Task<IMailConnection> Connect(CancellationToken cancellation)
    {
        await WhenConnecting();
        Connections++;
        return this;
    }

    public async Task Send(Guid id, MimeMessage message, CancellationToken cancellation)
    {
        await WhenSending(id);
        Taken.Enqueue(id);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
