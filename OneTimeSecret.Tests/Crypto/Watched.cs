using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Tests.Crypto;

/// <summary>Records every <see cref="SecretBytes"/> that is created during an operation, or during the requests of one server.</summary>
internal sealed class Watched : IStartupFilter
{
    private readonly ConcurrentQueue<(SecretBytes Owner, string Where)> _made = new();
    private int _requests;

    static Watched() => SecretBytes.Watch = new();

    public int Made => _made.Count;

    /// <summary>The recorded instances that are not disposed.</summary>
    public IEnumerable<SecretBytes> Left => _made.Select(made => made.Owner).Where(IsReadable);

    /// <summary>Runs an operation and records instances of its asynchronous flow, on all threads.</summary>
    public async Task<T> Run<T>(Func<Task<T>> operation)
    {
        SecretBytes.Watch!.Value = See;
        return await operation();
    }

    /// <summary>Records the instances that the requests of a server create.</summary>
    public void Attach(WebApplicationBuilder builder) => builder.Services.AddSingleton<IStartupFilter>(this);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, rest) =>
        {
            Interlocked.Increment(ref _requests);
            // Callbacks run in reverse order of registration. So this one runs last, after the components of a page are disposed.
            context.Response.OnCompleted(() =>
            {
                Interlocked.Decrement(ref _requests);
                return Task.CompletedTask;
            });
            SecretBytes.Watch!.Value = See;
            await rest(context);
        });
        next(app);
    };

    /// <summary>Asserts that instances were created since the last call, and that all of them are disposed.</summary>
    public async Task AssertAllDisposed()
    {
        await Verbs.Until(() => Volatile.Read(ref _requests) == 0);
        Assert.NotEmpty(_made);
        var left = _made.Where(made => IsReadable(made.Owner)).Select(made => made.Where).ToList();
        Assert.True(left.Count == 0, $"{left.Count} of {_made.Count} were not disposed. The first was made {left.FirstOrDefault()}");
        _made.Clear();
    }

    private void See(SecretBytes owner) => _made.Enqueue((owner, new StackTrace(3).ToString().TrimStart()));

    private static bool IsReadable(SecretBytes owner) => Record.Exception(() => owner.Length) is null;
}
