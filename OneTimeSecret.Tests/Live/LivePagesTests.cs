using Microsoft.AspNetCore.Http;
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
        Assert.Equal(3, server.Get<LivePages>().Streams);
    }

    [Fact]
    public async Task The_total_of_live_pages_is_limited_even_without_request_limits()
    {
        await using var server = await RunningServer.Start(
            "--Limits:LivePagesPerClient=1", "--Limits:LivePages=2", "--Limits:Enabled=false", "--Site:TrustedProxies=127.0.0.1");
        var (_, metadata) = await server.Share("value");
        using var first = await LiveStream.Open(server.Http, metadata, "192.0.2.1");
        using var second = await LiveStream.Open(server.Http, metadata, "198.51.100.2");
        using var third = await LiveStream.Open(server.Http, metadata, "203.0.113.3");
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
        await Verbs.Until(() => server.Get<LivePages>().Streams == 0);
        Assert.Equal(0, server.Get<ReceiptSignals>().Watched);
        using var next = await LiveStream.Open(server.Http, waiting);
        Assert.Equal("new", await next.Next());
    }

    [Fact]
    public void Streams_and_circuits_have_places_of_their_own()
    {
        var pages = Pages(new LimitOptions { LivePagesPerClient = 1, CircuitsPerClient = 2 });
        Assert.NotNull(pages.EnterStream(Client(1), Http));
        Assert.Null(pages.EnterStream(Client(1), Http));
        Assert.NotNull(pages.EnterCircuit(Client(1), Http));
        Assert.NotNull(pages.EnterCircuit(Client(1), Http));
        Assert.Null(pages.EnterCircuit(Client(1), Http));
        Assert.Equal((1, 2), (pages.Streams, pages.Circuits));
    }

    [Fact]
    public void Networks_that_take_all_that_they_can_leave_places_for_others()
    {
        var pages = Pages(new LimitOptions());
        for (var network = 1; network <= 7; network++)
        {
            for (var i = 0; i < 5000; i++)
            {
                pages.EnterStream(Client(network, i % 100), Http);
                pages.EnterCircuit(Client(network, i % 100), Http);
            }
        }
        Assert.NotNull(pages.EnterStream(Client(8), Http));
        Assert.NotNull(pages.EnterCircuit(Client(8), Http));
    }

    private static DefaultHttpContext Http => new();

    private static LivePages Pages(LimitOptions limits) => new(Microsoft.Extensions.Options.Options.Create(limits));

    /// <summary>A client of an IPv6 /48.</summary>
    private static ClientAddress Client(int network, int prefix = 0) => ClientAddress.Of($"2001:db8:{network:x}:{prefix:x}::1");
}
