using OneTimeSecret.Core.Actors;
using OneTimeSecret.Tests.Accounts;

namespace OneTimeSecret.Tests.Administration;

/// <summary>One server with one administrator for all tests of a class. The tests of a class run one after the other.</summary>
public sealed class AdminServer : IAsyncLifetime
{
    internal RunningServer Server { get; private set; } = null!;

    internal Caller Admin { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await RunningServer.Start();
        Admin = await Server.AddAdmin();
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
