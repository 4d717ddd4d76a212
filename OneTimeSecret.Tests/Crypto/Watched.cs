using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Tests.Crypto;

/// <summary>Sees every owner of secret bytes that is made during some operations, or during the requests of one server.</summary>
internal sealed class Watched : IStartupFilter
{
    private readonly ConcurrentQueue<(SecretBytes Owner, string Where)> _made = new();
    private int _requests;

    static Watched() => SecretBytes.Watch = new();

    public int Made => _made.Count;

    /// <summary>Those that were not disposed.</summary>
    public IEnumerable<SecretBytes> Left => _made.Select(made => made.Owner).Where(IsReadable);

    /// <summary>Runs an operation and sees what is made in its flow of execution, on whatever thread.</summary>
    public async Task<T> Run<T>(Func<Task<T>> operation)
    {
        SecretBytes.Watch!.Value = See;
        return await operation();
    }

    /// <summary>Sees what the requests of a server make.</summary>
    public void Attach(WebApplicationBuilder builder) => builder.Services.AddSingleton<IStartupFilter>(this);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, rest) =>
        {
            Interlocked.Increment(ref _requests);
            // Registered first, so called last: after the components of a page are disposed.
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

    /// <summary>Asserts that something was made since the last time, and all of it disposed.</summary>
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
