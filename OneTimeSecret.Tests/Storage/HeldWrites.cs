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
        var held = await Hold(queue);
        for (var i = 0; i < times; i++)
        {
            var call = i;
            calls.Add(Task.Run(() => run(call)));
            await Verbs.Until(() => queue.Depth == calls.Count);
        }
        held.SetResult();
        return await Task.WhenAll(calls);
    }

    /// <summary>Begins a write, behind which all others wait until the result is set.</summary>
    public static async Task<TaskCompletionSource> Hold(WriteQueue queue)
    {
        const TaskCreationOptions elsewhere = TaskCreationOptions.RunContinuationsAsynchronously;
        var (begun, held) = (new TaskCompletionSource(elsewhere), new TaskCompletionSource(elsewhere));
        _ = queue.Run(
            async _ =>
            {
                begun.SetResult();
                await held.Task;
                return 0;
            },
            CancellationToken.None);
        await begun.Task;
        return held;
    }
}
