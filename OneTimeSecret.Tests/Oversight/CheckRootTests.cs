using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Oversight;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Oversight;

public sealed class CheckRootTests
{
    [Theory, InlineData(0, false), InlineData(SealCounter.Due - 1, false), InlineData(SealCounter.Due, true)]
    public async Task Root_that_seals_is_due_from_2_to_the_31_seals_on_and_older_roots_do_not_matter(long seals, bool isDue)
    {
        await using var server = await RunningServer.Start();
        await using var db = server.Database();
        await db.KeyChecks.ExecuteUpdateAsync(set => set.SetProperty(check => check.Seals, 1L << 33));
        var (root, _) = await server.Get<RotateKeys>().Run(_ => { }, CancellationToken.None);
        await db.KeyChecks.Where(check => check.RootId == root).ExecuteUpdateAsync(set => set.SetProperty(check => check.Seals, seals));
        var use = await server.Get<CheckRoot>().Run(CancellationToken.None);
        Assert.Equal((KeyRingFile.Name(root), seals, isDue), (use.Root, use.Seals, use.IsDue));
    }
}
