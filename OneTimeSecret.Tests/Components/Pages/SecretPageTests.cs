using static System.StringComparison;

namespace OneTimeSecret.Tests.Components.Pages;

public sealed class SecretPageTests
{
    [Theory]
    [InlineData("/secret/")]
    [InlineData("/shared/")]
    public async Task A_POST_reveals_once_and_later_requests_find_nothing(string path)
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Share("the value");
        using var reader = await new Reader(server).Open(path + key);
        Assert.Equal("Somebody sent you a secret", reader.Heading);
        Assert.Equal("new", (string?)(await server.Receipt(metadata))["state"]);
        using var second = await new Reader(server).Open(path + key);

        await reader.Send();
        Assert.Equal("the value", reader.Text("#value"));
        Assert.True(reader.Answer.Headers.CacheControl!.NoStore);
        Assert.Equal("received", (string?)(await server.Receipt(metadata))["state"]);
        await second.Send(); // as a reload of the answer would
        Assert.Equal((404, "There is no secret here"), (second.Status, second.Heading));
        await reader.Open(path + key);
        Assert.Equal((404, "There is no secret here"), (reader.Status, reader.Heading));
    }

    [Fact]
    public async Task A_wrong_passphrase_is_reported_and_does_not_consume()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Share("the value", ("passphrase", "right"));
        using var reader = await new Reader(server).Open($"/secret/{key}");
        for (var i = 0; i < 2; i++)
        {
            await reader.Send(("Passphrase", "wrong"));
            Assert.StartsWith("That is not the passphrase", reader.Text("#passphrase-error"), Ordinal);
            Assert.Equal("new", (string?)(await server.Receipt(metadata))["state"]);
        }
        await reader.Send(("Passphrase", ""));
        Assert.StartsWith("That is not the passphrase", reader.Text("#passphrase-error"), Ordinal);
        await reader.Send(("Passphrase", "right"));
        Assert.Equal("the value", reader.Text("#value"));
    }

    [Fact]
    public async Task A_lock_says_when_it_ends_and_the_page_never_says_how_many_tries_are_left()
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Share("the value", ("passphrase", "right"));
        using var reader = await new Reader(server).Open($"/secret/{key}");
        for (var i = 0; i < 5; i++)
        {
            await reader.Send(("Passphrase", "wrong"));
            // The fifth wrong passphrase locks the secret and says so.
            var said = i < 4 ? "That is not the passphrase. Nothing is lost; check it and try again." : "Too many wrong passphrases.";
            Assert.StartsWith(said, reader.Text("#passphrase-error"), Ordinal);
        }
        await reader.Send(("Passphrase", "right"));
        Assert.StartsWith("Too many wrong passphrases. Nothing is lost; come back after", reader.Text("#passphrase-error"), Ordinal);
        var time = reader.Page.QuerySelector("#passphrase-error time")!.GetAttribute("datetime")!;
        var until = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(30, Math.Round((until - server.Clock.GetUtcNow()).TotalMinutes));
        server.Clock.Advance(TimeSpan.FromMinutes(30));
        await reader.Send(("Passphrase", "right"));
        Assert.Equal("the value", reader.Text("#value"));
    }

    [Fact]
    public async Task A_lock_that_only_the_sender_can_lift_says_to_ask_the_sender()
    {
        await using var server = await RunningServer.Start("--Limits:TriesInAll=20");
        var (key, _) = await server.Conceal("the value", "right");
        await server.Spend(key, 20);
        using var reader = await new Reader(server).Open($"/secret/{key.Text}");
        Assert.Contains("ask the sender to allow more tries", reader.Text("#passphrase-error"), Ordinal);
    }

    [Fact]
    public async Task An_exceeded_rate_limit_shows_a_429_page_and_does_not_consume()
    {
        await using var server = await RunningServer.Start("--Limits:Reveals=1");
        var (one, _) = await server.Share("one");
        var (two, _) = await server.Share("two");
        using var reader = await new Reader(server).Open($"/secret/{one}");
        await reader.Send();
        await reader.Open($"/secret/{two}");
        await reader.Send();
        Assert.Equal((429, "That was a little too often"), (reader.Status, reader.Heading));
        Assert.Equal(TimeSpan.FromMinutes(20), reader.Answer.Headers.RetryAfter!.Delta);
        server.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal("two", await server.Reveal(two));
    }
}
