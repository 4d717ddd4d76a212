namespace OneTimeSecret.Tests.Api.V1;

/// <summary>One server with the defaults for all tests of a class, which run one after the other.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    internal RunningServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RunningServer.Start();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
