using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Banner;
using OneTimeSecret.Tests.Accounts;

namespace OneTimeSecret.Tests.Banner;

/// <summary>The text at the top of all pages.</summary>
public sealed class SetBannerTests
{
    [Fact]
    public async Task Banner_is_shown_at_once_replaced_by_the_next_and_removed_on_request()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        Assert.Null(Text(server));
        Assert.Equal(AdminOutcome.Done, await Set(server, admin, " Down at noon. "));
        Assert.Equal("Down at noon.", Text(server));
        Assert.Equal(AdminOutcome.Done, await Set(server, admin, "Down at one."));
        Assert.Equal("Down at one.", Text(server));
        await using var db = server.Database();
        Assert.Equal(1, await db.Banners.CountAsync());
        Assert.Equal(AdminOutcome.Done, await Set(server, admin, " "));
        Assert.Null(Text(server));
        Assert.Equal(AdminOutcome.NotThere, await Set(server, admin, null));
        Assert.Equal(0, await db.Banners.CountAsync());
    }

    [Fact]
    public async Task Banner_ends_at_its_expiry()
    {
        await using var server = await RunningServer.Start();
        await Set(server, await server.AddAdmin(), "text", server.Clock.GetUtcNow().AddHours(1));
        server.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal("text", Text(server));
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(Text(server));
        Assert.Null(server.Get<CurrentBanner>().Expires);
        await Assert.ThrowsAsync<ArgumentException>(
            () => server.Get<SetBanner>().Run(Verbs.Somebody, "text", server.Clock.GetUtcNow(), CancellationToken.None));
    }

    [Theory, InlineData("two\nlines"), InlineData(null)]
    public async Task Banner_must_be_a_single_line_of_limited_length(string? text)
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        await Assert.ThrowsAsync<ArgumentException>(() => Set(server, admin, text ?? new string('x', SetBanner.MaxLength + 1)));
        Assert.Null(Text(server));
        Assert.Equal(AdminOutcome.Done, await Set(server, admin, new string('x', SetBanner.MaxLength)));
    }

    private static string? Text(RunningServer server) => server.Get<CurrentBanner>().Text;

    private static Task<AdminOutcome> Set(RunningServer server, Caller admin, string? text, DateTimeOffset? expires = null) =>
        server.Get<SetBanner>().Run(admin, text, expires, CancellationToken.None);
}
