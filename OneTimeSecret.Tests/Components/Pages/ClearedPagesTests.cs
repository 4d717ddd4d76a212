using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Crypto;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Components.Pages;

/// <summary>No page leaves a value or a key in memory, however its form ends.</summary>
public sealed class ClearedPagesTests : IAsyncLifetime
{
    private readonly Watched _watched = new();
    private readonly EngineFaults _faults = new();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start(null, builder =>
    {
        _faults.Attach(builder);
        _watched.Attach(builder);
    });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("own", "")]
    [InlineData("own", "right")]
    [InlineData("made", "")]
    public async Task The_page_that_conceals_leaves_nothing_in_memory(string kind, string passphrase)
    {
        using var reader = await new Reader(_server).Open("/");
        await reader.Send(("Input.Kind", kind), ("Input.Secret", "the value"), ("Input.Passphrase", passphrase));
        Assert.StartsWith("/receipt/", reader.Path, StringComparison.Ordinal);
        await _watched.AssertAllDisposed();
        await reader.Open("/");
        _faults.CommitsFail = true;
        await reader.Send(("Input.Kind", kind), ("Input.Secret", "the value"), ("Input.Passphrase", passphrase));
        Assert.Equal(503, reader.Status);
        await _watched.AssertAllDisposed();
    }

    [Theory]
    [InlineData("")]
    [InlineData("right")]
    public async Task The_page_that_reveals_leaves_nothing_in_memory(string passphrase)
    {
        var (key, _) = await _server.Share("the value", ("passphrase", passphrase));
        using var reader = await new Reader(_server).Open($"/secret/{key}");
        _faults.CommitsFail = true;
        await reader.Elsewhere(async tab =>
        {
            await tab.Open($"/secret/{key}");
            await tab.Send(("Passphrase", passphrase));
            Assert.Equal(503, tab.Status);
        });
        await _watched.AssertAllDisposed();
        _faults.CommitsFail = false;
        await reader.Send(("Passphrase", passphrase));
        Assert.Equal("the value", reader.Text("#value"));
        await _watched.AssertAllDisposed();
    }

    [Fact]
    public async Task The_page_that_burns_leaves_nothing_in_memory()
    {
        var (_, metadata) = await _server.Share("the value", ("passphrase", "right"));
        using var reader = await new Reader(_server).Open($"/receipt/{metadata}/burn");
        await reader.Send(("Passphrase", "wrong"));
        await _watched.AssertAllDisposed();
        await reader.Send(("Passphrase", "right"));
        Assert.Equal("burned", (string?)(await _server.Receipt(metadata))["state"]);
        await _watched.AssertAllDisposed();
    }

    [Fact]
    public async Task The_page_that_adds_an_authenticator_app_leaves_nothing_in_memory()
    {
        await _server.AddAccount();
        using var reader = await _server.SignIn();
        await reader.Open("/account/security/app");
        await _watched.AssertAllDisposed();
        await reader.Send(("Input.Code", _server.WrongCode(reader.ShownKey())));
        await _watched.AssertAllDisposed();
        await reader.AddApp(_server);
        await _watched.AssertAllDisposed();
    }
}
