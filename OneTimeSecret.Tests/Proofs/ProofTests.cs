using OneTimeSecret.Benchmarks.Proofs;

namespace OneTimeSecret.Tests.Proofs;

/// <summary>The proofs of docs/proofs.md, each for a short time, with real processes. FullVolumeTests tries the full volume.</summary>
public sealed class ProofTests
{
    private static readonly ProofSettings Short = new()
    {
        Seed = (ulong)(Environment.TickCount64 % int.MaxValue), Rounds = 1, Secrets = 10, Readers = 10, Requests = 1000,
        Say = text => TestContext.Current.TestOutputHelper?.WriteLine(text),
    };

    [Fact]
    public async Task Readers_of_two_processes_get_each_secret_once() => Check(await RaceProof.Run(Short));

    /// <summary>Without the second claim, which limits the time of a restart.</summary>
    [Fact]
    public async Task A_killed_server_has_lost_and_doubled_nothing() => Check([(await KillProof.Run(Short))[0]]);

    [Fact]
    public async Task Files_that_cannot_be_written_disclose_and_lose_nothing() => Check(await DiskProof.ReadOnly(Short));

    /// <summary>Without the last claim, which limits memory: the server inherits the tests' settings of the garbage collector.</summary>
    [Fact]
    public async Task Odd_requests_to_every_endpoint_cause_no_fault_and_earn_no_secret() =>
        Check([.. (await FuzzProof.Run(Short)).SkipLast(1)]);

    private static void Check(IReadOnlyList<Claim> claims)
    {
        Assert.SkipWhen(claims.Any(claim => claim.Holds is null), string.Join('\n', claims));
        Assert.True(claims.All(claim => claim.Holds == true), $"seed {Short.Seed}:\n{string.Join('\n', claims)}");
    }
}
