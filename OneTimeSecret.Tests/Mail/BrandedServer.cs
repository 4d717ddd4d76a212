namespace OneTimeSecret.Tests.Mail;

/// <summary>A server with an unusual brand name, whose clock stands still at a known time.</summary>
public sealed class BrandedServer : IAsyncLifetime
{
    public static readonly DateTimeOffset Now = new(2099, 3, 4, 15, 6, 7, TimeSpan.Zero);

    internal RunningServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await RunningServer.Start([.. Mails.Settings, "--Brand:Name=A “Brand” <b>"]);
        Server.Clock.SetUtcNow(Now);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
