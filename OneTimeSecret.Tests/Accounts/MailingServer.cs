namespace OneTimeSecret.Tests.Accounts;

/// <summary>One server that sends mail, for all tests of a class.</summary>
public sealed class MailingServer : IAsyncLifetime
{
    internal RunningServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RunningServer.Start(People.Mails);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
