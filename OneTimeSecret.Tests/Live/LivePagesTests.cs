using System.Net;
using OneTimeSecret.Core.Limits;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Web.Live;

namespace OneTimeSecret.Tests.Live;

public sealed class LivePagesTests
{
    [Fact]
    public async Task Each_client_has_its_own_limit_of_live_pages()
    {
        await using var server = await RunningServer.Start("--Limits:LivePagesPerClient=2", "--Site:TrustedProxies=127.0.0.1");
        var (_, metadata) = await server.Share("value");
        using var first = await LiveStream.Open(server.Http, metadata, "192.0.2.1");
        using var second = await LiveStream.Open(server.Http, metadata, "192.0.2.1");
        using var third = await LiveStream.Open(server.Http, metadata, "192.0.2.1");
        using var other = await LiveStream.Open(server.Http, metadata, "192.0.2.2");
        Assert.Equal((false, false, true, false), (first.Refused, second.Refused, third.Refused, other.Refused));
        Assert.Equal(3, server.Get<LivePages>().Open);
    }

    [Fact]
    public async Task The_total_of_live_pages_is_limited_even_without_request_limits()
    {
        await using var server = await RunningServer.Start(
            "--Limits:LivePagesPerClient=1", "--Limits:LivePages=2", "--Limits:Enabled=false", "--Site:TrustedProxies=127.0.0.1");
        var (_, metadata) = await server.Share("value");
        using var first = await LiveStream.Open(server.Http, metadata, "192.0.2.1");
        using var second = await LiveStream.Open(server.Http, metadata, "192.0.2.2");
        using var third = await LiveStream.Open(server.Http, metadata, "192.0.2.3");
        Assert.Equal((false, false, true), (first.Refused, second.Refused, third.Refused));
    }

    [Theory]
    [InlineData("the client leaves")]
    [InlineData("the secret is revealed")]
    [InlineData("an hour is over")]
    public async Task A_live_page_no_longer_counts_after_its_client_leaves_or_its_stream_ends(string end)
    {
        await using var server = await RunningServer.Start("--Limits:LivePagesPerClient=1");
        var (key, metadata) = await server.Share("value");
        var (_, waiting) = await server.Share("waits");
        using (var stream = await LiveStream.Open(server.Http, metadata))
        {
            Assert.Equal("new", await stream.Next());
            using (var refused = await LiveStream.Open(server.Http, waiting))
                Assert.True(refused.Refused);
            if (end is "the secret is revealed")
                await server.Reveal(key);
            else if (end is "an hour is over")
                server.Clock.Advance(TimeSpan.FromHours(1));
            if (end is not "the client leaves")
                while (await stream.Next() is not null) { }
        }
        await Verbs.Until(() => server.Get<LivePages>().Open == 0);
        Assert.Equal(0, server.Get<ReceiptSignals>().Watched);
        using var next = await LiveStream.Open(server.Http, waiting);
        Assert.Equal("new", await next.Next());
    }

    [Fact]
    public void An_IPv6_48_network_has_a_limit_of_live_pages_over_all_its_prefixes()
    {
        var pages = Pages(new LimitOptions { LivePagesPerClient = 2, NetworkFactor = 3 });
        var places = Enumerable.Range(0, 10).Select(i => pages.Enter(Client($"2001:db8:1:{i:x}::1"))).ToList();
        Assert.Equal((6, 6), (places.Count(place => place is not null), pages.Open));
        Assert.NotNull(pages.Enter(Client("2001:db8:2::1")));
        places[0]!.Dispose();
        Assert.NotNull(pages.Enter(Client("2001:db8:1:99::1")));
    }

    [Fact]
    public async Task The_count_of_live_pages_keeps_its_limit_and_returns_to_zero_after_parallel_visits()
    {
        var pages = Pages(new LimitOptions { LivePagesPerClient = 5, LivePages = 7 });
        var most = 0;
        await Verbs.AtOnce(8, async worker =>
        {
            for (var i = 0; i < 500; i++)
            {
                using var place = pages.Enter(Client($"192.0.2.{worker % 2}"));
                most = Math.Max(most, pages.Open);
                await Task.Yield();
            }
            return 0;
        });
        Assert.InRange(most, 1, 7);
        Assert.Equal(0, pages.Open);
        Assert.Equal(5, Enumerable.Range(0, 9).Count(_ => pages.Enter(Client("192.0.2.1")) is not null));
    }

    private static LivePages Pages(LimitOptions limits) => new(Microsoft.Extensions.Options.Options.Create(limits));

    private static ClientAddress Client(string address) => ClientAddress.Of(IPAddress.Parse(address));
}
