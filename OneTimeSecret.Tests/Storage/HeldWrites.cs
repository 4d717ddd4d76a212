using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Storage;

/// <summary>Races with a deterministic order.</summary>
internal static class HeldWrites
{
    /// <summary>
    /// Runs a verb several times at once. Every call has finished its reads before any call writes. Then the calls write in their order.
    /// </summary>
    public static async Task<T[]> Race<T>(this RunningServer server, int times, Func<int, Task<T>> run)
    {
        var queue = server.Get<WriteQueue>();
        var calls = new List<Task<T>>();
        await using (new WriteLock(server))
        {
            var first = queue.Run(_ => Task.FromResult(0), CancellationToken.None); // waits for the lock, the others wait for it
            await Verbs.Until(() => queue.Depth == 0);
            for (var i = 0; i < times; i++)
            {
                var call = i;
                calls.Add(Task.Run(() => run(call)));
                await Verbs.Until(() => queue.Depth == calls.Count);
            }
            Assert.False(first.IsCompleted);
        }
        return await Task.WhenAll(calls);
    }
}
