using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Storage;

/// <summary>Races whose order does not depend on the machine.</summary>
internal static class HeldWrites
{
    /// <summary>Runs a verb several times at once. Each call has read what it reads before any of them writes.</summary>
    public static async Task<T[]> Race<T>(this RunningServer server, int times, Func<int, Task<T>> run)
    {
        var queue = server.Get<WriteQueue>();
        Task<T[]> all;
        await using (new WriteLock(server))
        {
            var first = queue.Run(_ => Task.FromResult(0), CancellationToken.None); // it waits for the lock, and all others for it
            await Verbs.Until(() => queue.Depth == 0);
            all = Verbs.AtOnce(times, run);
            await Verbs.Until(() => queue.Depth == times);
            Assert.False(first.IsCompleted);
        }
        return await all;
    }
}
