using System.Net;
using System.Text;
using OneTimeSecret.Tests.Crypto;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Api.V1;

/// <summary>No call of the API leaves a value, a parameter or a key in memory, however the call ends.</summary>
public sealed class ClearedAnswersTests : IAsyncLifetime
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
    [InlineData("")]
    [InlineData("right")]
    public async Task Creating_revealing_burning_and_generating_leave_nothing_in_memory(string passphrase)
    {
        var (key, _) = await _server.Share("value", ("passphrase", passphrase));
        await _watched.AssertAllDisposed();
        Assert.Null(await _server.Reveal(key[..^1], passphrase));
        await _watched.AssertAllDisposed();
        Assert.Equal("value", await _server.Reveal(key, passphrase));
        await _watched.AssertAllDisposed();
        var (_, metadata) = await _server.Share("value", ("passphrase", passphrase));
        using (var burned = await _server.Post($"/api/v1/private/{metadata}/burn", ("passphrase", passphrase)))
            Assert.Equal(HttpStatusCode.OK, burned.StatusCode);
        await _watched.AssertAllDisposed();
        using (var generated = await _server.Post("/api/v1/generate", ("passphrase", passphrase)))
            Assert.Equal(HttpStatusCode.OK, generated.StatusCode);
        await _watched.AssertAllDisposed();
    }

    [Fact]
    public async Task A_wrong_passphrase_leaves_nothing_in_memory()
    {
        var (key, metadata) = await _server.Share("value", ("passphrase", "right"));
        Assert.Null(await _server.Reveal(key, "wrong"));
        using (var refused = await _server.Post($"/api/v1/private/{metadata}/burn", ("passphrase", "wrong")))
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        await _watched.AssertAllDisposed();
    }

    [Fact]
    public async Task A_failed_commit_leaves_nothing_in_memory()
    {
        var (key, _) = await _server.Share("value");
        _faults.CommitsFail = true;
        using (var answer = await _server.Post($"/api/v1/secret/{key}"))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        using (var answer = await _server.Post("/api/v1/share", ("secret", "value")))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        await _watched.AssertAllDisposed();
    }

    [Theory]
    [InlineData("application/json", """{"secret":"value","passphrase":["list"],"more":"\uD800"}""")]
    [InlineData("application/json", """{"secret":"value"} and more""")]
    [InlineData("application/x-www-form-urlencoded", "secret=value&secret=%ff")]
    [InlineData("text/plain", "value")]
    public async Task Refused_input_leaves_nothing_in_memory(string type, string text)
    {
        using var body = new StringContent(text, Encoding.UTF8, type);
        using var answer = await _server.Http.PostAsync(new Uri("/api/v1/share?secret=value", UriKind.Relative), body);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        await _watched.AssertAllDisposed();
    }
}
