using static System.StringComparison;

namespace OneTimeSecret.Tests.Commands;

public sealed class ClockCommandsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Clock_is_accepted_only_after_its_consequences_were_shown()
    {
        await _folder.Make();
        Assert.Contains("Nothing was changed yet: repeat it with --yes.", (await _folder.Run("clock", "accept")).Refusal, Ordinal);
        Assert.Matches("^[0-9-]{10}T[0-9:]{8}Z$", (await _folder.Run("clock", "accept", "--yes")).Result);
        Assert.Contains("available that much longer", (await Earlier()).Refusal, Ordinal);
        Assert.Contains("become unavailable at once", (await _folder.Run("clock", "accept")).Refusal, Ordinal);

        // The stored time is later than the system's clock.
        async Task<BuiltProgram.Ran> Earlier()
        {
            await using (var server = await RunningServer.Start(_folder.Data, adjust: null))
            {
                server.Clock.Advance(TimeSpan.FromDays(1));
                await server.Get<Core.Clocks.KeepClock>().Run(CancellationToken.None);
            }
            var ran = await _folder.Run("clock", "accept");
            Assert.Equal(0, (await _folder.Run("clock", "accept", "--yes")).Code);
            return ran;
        }
    }
}
