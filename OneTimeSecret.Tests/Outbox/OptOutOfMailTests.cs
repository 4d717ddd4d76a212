using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Tests.Api.V1;

namespace OneTimeSecret.Tests.Outbox;

/// <summary>The token in a mail opts its own address out and in again, and no other.</summary>
public sealed class OptOutOfMailTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly RunningServer _server = shared.Server;

    [Fact]
    public async Task Token_opts_only_its_own_address_out_and_in_again()
    {
        var (token, other) = (Token("one@example.org"), Token("other@example.org"));
        Assert.Equal((false, false), (await Look(token), await Look(other)));
        Assert.True(await Run(token, isOut: true));
        Assert.Equal((true, false), (await Look(token), await Look(other)));
        Assert.True(await Run(other, isOut: false)); // was not opted out
        Assert.True(await Run(token, isOut: false));
        Assert.Equal((false, false), (await Look(token), await Look(other)));
    }

    [Fact]
    public async Task Second_opt_out_keeps_the_time_of_the_first()
    {
        var token = Token("twice@example.org");
        await Run(token, isOut: true);
        var since = await Since("twice@example.org");
        Assert.Equal(_server.Clock.GetUtcNow(), since, TimeSpan.FromMilliseconds(1));
        _server.Clock.Advance(TimeSpan.FromHours(1));
        Assert.True(await Run(token, isOut: true));
        Assert.Equal(since, await Since("twice@example.org"));
    }

    [Fact]
    public async Task Concurrent_opt_outs_all_succeed_and_leave_one_row()
    {
        var token = Token("many@example.org");
        Assert.All(await Verbs.AtOnce(16, _ => Run(token, isOut: true)), Assert.True);
        await Since("many@example.org");
        Assert.All(await Verbs.AtOnce(16, _ => Run(token, isOut: false)), Assert.True);
        Assert.False(await Look(token));
    }

    [Fact]
    public async Task Forged_token_is_rejected()
    {
        var (token, other) = (Token("forged@example.org"), Token("victim@example.org"));
        foreach (var forged in new[] { "", "x", token[..85], token + "A", token[..43] + other[43..], new string('A', 86) })
        {
            Assert.Null(await Look(forged));
            Assert.False(await Run(forged, isOut: true));
        }
        Assert.Equal((false, false), (await Look(token), await Look(other)));
    }

    private string Token(string address) => OptOutToken.Of(EmailAddress.Parse(address)!, _server.Get<KeyRing>());

    private Task<bool?> Look(string token) => _server.Get<OptOutOfMail>().Look(token, CancellationToken.None);

    private Task<bool> Run(string token, bool isOut) => _server.Get<OptOutOfMail>().Run(token, isOut, CancellationToken.None);

    /// <summary>When an address opted out.</summary>
    private async Task<DateTimeOffset> Since(string address)
    {
        var hash = EmailAddress.Parse(address)!.Hash(_server.Get<KeyRing>());
        await using var db = _server.Database();
        return (await db.OptOuts.AsNoTracking().SingleAsync(optOut => optOut.RecipientHash == hash)).Created;
    }
}
