using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Tests.Api.V1;

namespace OneTimeSecret.Tests.Outbox;

/// <summary>The token of a mail lets its address out and in again, and no other.</summary>
public sealed class OptOutOfMailTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly RunningServer _server = shared.Server;

    [Fact]
    public async Task A_token_lets_its_address_out_and_in_again_and_no_other()
    {
        var (token, other) = (Token("one@example.org"), Token("other@example.org"));
        Assert.Equal((false, false), (await Look(token), await Look(other)));
        Assert.True(await Run(token, isOut: true));
        Assert.Equal((true, false), (await Look(token), await Look(other)));
        Assert.True(await Run(other, isOut: false)); // which is in already
        Assert.True(await Run(token, isOut: false));
        Assert.Equal((false, false), (await Look(token), await Look(other)));
    }

    [Fact]
    public async Task Who_opts_out_again_stays_out_since_the_first_time()
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
    public async Task Many_at_once_leave_one_row_and_none_of_them_fails()
    {
        var token = Token("many@example.org");
        Assert.All(await Verbs.AtOnce(16, _ => Run(token, isOut: true)), Assert.True);
        await Since("many@example.org");
        Assert.All(await Verbs.AtOnce(16, _ => Run(token, isOut: false)), Assert.True);
        Assert.False(await Look(token));
    }

    [Fact]
    public async Task A_token_that_this_server_did_not_make_is_none()
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

    /// <summary>Since when an address is out.</summary>
    private async Task<DateTimeOffset> Since(string address)
    {
        var hash = EmailAddress.Parse(address)!.Hash(_server.Get<KeyRing>());
        await using var db = _server.Database();
        return (await db.OptOuts.AsNoTracking().SingleAsync(optOut => optOut.RecipientHash == hash)).Created;
    }
}
