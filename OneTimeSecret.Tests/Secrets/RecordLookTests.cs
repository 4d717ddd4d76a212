using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Secrets;

public sealed class RecordLookTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory, InlineData("GET"), InlineData("HEAD")]
    public async Task The_first_look_at_a_link_is_recorded_and_changes_nothing_that_the_API_shows(string method)
    {
        var (key, metadata) = await _server.Conceal("value");
        var begin = _server.Get<TimeProvider>().GetUtcNow();
        Assert.Null((await _server.Receipt(metadata)).LookedAt);
        var before = (await _server.Receipt(metadata.Text)).ToJsonString();
        await Open();
        await Verbs.Until(() => Looks() == 1);
        Assert.Equal(before, (await _server.Receipt(metadata.Text)).ToJsonString());
        _server.Clock.Advance(TimeSpan.FromMinutes(1));
        await Open();
        await Look(key); // a second look that has not seen the first one
        Assert.Equal(begin, (await _server.Receipt(metadata)).LookedAt!.Value, TimeSpan.FromMilliseconds(1));

        async Task Open()
        {
            using var request = new HttpRequestMessage(new(method), new Uri($"/secret/{key.Text}", UriKind.Relative));
            using var answer = await _server.Http.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode);
        }
    }

    [Fact]
    public async Task Later_looks_cost_no_write()
    {
        var (key, _) = await _server.Conceal("value");
        await Look(key);
        await using (new WriteLock(_server))
            Assert.True(_server.Get<RecordLook>().Run(key, await Notice(key)).IsCompleted);
    }

    [Fact]
    public async Task Nothing_is_recorded_after_the_reveal()
    {
        var (key, metadata) = await _server.Conceal("value");
        var notice = await Notice(key);
        await _server.TryReveal(key);
        await _server.Get<RecordLook>().Run(key, notice);
        Assert.Null((await _server.Receipt(metadata)).LookedAt);
    }

    [Fact]
    public async Task Looks_do_not_use_what_is_left_of_a_full_disk()
    {
        var (key, metadata) = await _server.Conceal("value");
        _server.Get<StorageRoom>().Free = () => 0;
        await Look(key);
        Assert.Null((await _server.Receipt(metadata)).LookedAt);
        Assert.True(File.Exists(_server.Get<DataFolder>().Reserve));
    }

    [Fact]
    public async Task Many_looks_at_once_take_one_place_in_the_write_queue_and_those_beyond_the_bound_are_forgotten()
    {
        var keys = new List<SecretKey>();
        for (var i = 0; i < RecordLook.Most + 3; i++)
            keys.Add((await _server.Conceal("value")).Key);
        var queue = _server.Get<WriteQueue>();
        Task looks;
        await using (new WriteLock(_server))
        {
            var first = queue.Run(_ => Task.FromResult(0), CancellationToken.None);
            await Verbs.Until(() => queue.Depth == 0); // it waits for the lock, and all others wait for it
            looks = Look(keys[0]);
            await Verbs.Until(() => queue.Depth == 1);
            foreach (var key in keys[1..])
                looks = Look(key);
            Assert.Equal(1, queue.Depth);
            Assert.False(first.IsCompleted);
        }
        await looks;
        Assert.Equal(1 + RecordLook.Most, Looks());
    }

    private int Looks()
    {
        using var db = _server.Database();
        return db.Receipts.Count(receipt => receipt.LookedAt != null);
    }

    private Task Look(SecretKey key) => _server.Get<RecordLook>().Run(key, new SecretNotice(false, default, null));

    private async Task<SecretNotice> Notice(SecretKey key) =>
        (await _server.Get<FindSecret>().Run(key, Verbs.Somebody, CancellationToken.None))!;
}
