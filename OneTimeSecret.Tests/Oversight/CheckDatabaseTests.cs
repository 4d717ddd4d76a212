using Microsoft.Data.Sqlite;
using OneTimeSecret.Core.Oversight;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Oversight;

public sealed class CheckDatabaseTests
{
    [Fact]
    public async Task Fault_of_the_engine_is_thrown()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        await server.Get<CheckDatabase>().Run(CancellationToken.None);
        faults.Failing = "KeyChecks";
        await Assert.ThrowsAsync<SqliteException>(() => server.Get<CheckDatabase>().Run(CancellationToken.None));
    }
}
