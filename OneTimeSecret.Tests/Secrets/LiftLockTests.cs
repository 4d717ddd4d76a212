using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Tests.Secrets;

public sealed class LiftLockTests
{
    private const string CheapHash = "--Passphrases:BcryptCost=10";

    [Fact]
    public async Task The_holder_of_the_metadata_key_lifts_the_lock()
    {
        await using var server = await RunningServer.Start(CheapHash);
        var (key, metadata) = await server.Conceal("value", "right");
        var (other, _) = await server.Conceal("other", "right");
        await server.Spend(key, 20);
        await server.Spend(other, 20);
        foreach (var stranger in new[] { null, MetadataKey.New(), MetadataKey.Parse(key.Text) })
            Assert.IsType<LiftOutcome.NothingToLift>(await Lift(server, stranger));
        Assert.IsType<RevealOutcome.Locked>(await server.TryReveal(key, "right"));
        Assert.IsType<LiftOutcome.Lifted>(await Lift(server, metadata));
        Assert.Equal("value", (await server.TryReveal(key, "right")).Value());
        Assert.IsType<RevealOutcome.Locked>(await server.TryReveal(other, "right"));
    }
    private static Task<LiftOutcome> Lift(RunningServer server, MetadataKey? key) =>
        server.Get<LiftLock>().Run(key, CancellationToken.None);
}
