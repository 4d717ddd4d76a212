using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Mail;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Components.Pages;

public sealed class ReceiptPageTests
{
    [Theory]
    [InlineData("/receipt/")]
    [InlineData("/private/")]
    public async Task The_receipt_of_an_unread_secret_shows_its_link_and_the_time_left(string path)
    {
        await using var server = await RunningServer.Start("--Site:PublicUrl=https://secrets.example.com");
        var (key, metadata) = await server.Share("the value", ("passphrase", "long enough"), ("ttl", "7200"));
        using var reader = await new Reader(server).Open(path + metadata);
        Assert.Equal($"https://secrets.example.com/secret/{key}", reader.Text("#link"));
        Assert.Equal("Not opened yet", reader.Text(".state"));
        Assert.Equal("2 hours left", reader.Text("dd .hint"));
        Assert.Contains("also needs the passphrase", reader.Text(".share .note"), Ordinal);
        Assert.True(reader.Has("svg[role=img]"));
        Assert.DoesNotContain("the value", reader.Text("html"), Ordinal);
    }

    [Fact]
    public async Task A_look_at_the_link_is_shown_apart_from_a_reveal()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("the value");
        using var reader = await new Reader(server).Open($"/receipt/{metadata.Text}");
        Assert.DoesNotContain("Link first visited", reader.Text("dl"), Ordinal);
        await server.Get<RecordLook>().Run(key, new SecretNotice(false, default, null));
        await reader.Open($"/receipt/{metadata.Text}");
        Assert.Equal("Not opened yet", reader.Text(".state"));
        Assert.Contains("Link first visited", reader.Text("dl"), Ordinal);
        Assert.Contains("Somebody or a program opened the page of the link. The secret was not revealed.", reader.Text("dl"), Ordinal);
        await server.TryReveal(key);
        await reader.Open($"/receipt/{metadata.Text}");
        Assert.Contains("Link first visited", reader.Text("dl"), Ordinal);
        Assert.DoesNotContain("was not revealed", reader.Text("dl"), Ordinal);
    }

    [Fact]
    public async Task The_receipt_shows_each_final_state_and_no_link_any_more()
    {
        await using var server = await RunningServer.Start();
        using var reader = new Reader(server);

        var (received, metadata) = await server.Share("x");
        await server.Reveal(received);
        await Shows(metadata, "Your secret was opened", "Opened");

        (_, metadata) = await server.Share("x");
        (await server.Post($"/api/v1/private/{metadata}/burn")).Dispose();
        await Shows(metadata, "Your secret was destroyed unread", "Destroyed");

        (var orphan, metadata) = await server.Share("x");
        await using (var db = server.Database())
            await db.Secrets.ExecuteDeleteAsync();
        await Shows(metadata, "Your secret was lost in a restore", "Lost in a restore");

        (_, metadata) = await server.Share("x", ("ttl", "60"));
        server.Clock.Advance(TimeSpan.FromSeconds(60));
        await Shows(metadata, "Your secret expired unread", "Expired");
        server.Clock.Advance(TimeSpan.FromSeconds(60));
        await reader.Open($"/receipt/{metadata}");
        Assert.Equal((404, "There is no receipt here"), (reader.Status, reader.Heading));

        async Task Shows(string key, string heading, string state)
        {
            await reader.Open($"/receipt/{key}");
            Assert.Equal((200, heading, state), (reader.Status, reader.Heading, reader.Text(".state")));
            Assert.False(reader.Has("#link"));
            Assert.False(reader.Has("[data-live]:not([data-live=''])"));
        }
    }

    [Fact]
    public async Task The_receipt_shows_whether_the_mail_is_pending_sent_failed_or_cancelled()
    {
        var transport = new ObedientTransport();
        await using var server = await RunningServer.Start(null, transport.Attach, Mails.Settings);
        var sender = await server.SignedIn("sender@example.com");
        using var reader = new Reader(server);

        var receipt = await server.Mail(sender, "jane@example.com");
        await Shows("on its way to ja***@e***.com");
        await server.Get<DeliverMail>().Run(CancellationToken.None);
        await Shows("was mailed to ja***@e***.com");

        receipt = await server.Mail(sender, "joe@example.com");
        transport.WhenSending = _ => throw new MailException("550", isFinal: true);
        await server.Get<DeliverMail>().Run(CancellationToken.None);
        await Shows("to jo***@e***.com could not be delivered");

        receipt = await server.Mail(sender, "jim@example.com");
        await server.TryBurn(MetadataKey.Parse(receipt.MetadataKey)!);
        await Shows("to ji***@e***.com was not sent any more");

        await reader.Open($"/receipt/{(await server.Conceal("x")).Metadata.Text}");
        Assert.DoesNotContain("mail", reader.Text("dl"), OrdinalIgnoreCase);

        async Task Shows(string text)
        {
            await reader.Open($"/receipt/{receipt.MetadataKey}");
            Assert.Contains(text, reader.Text("dl"), Ordinal);
        }
    }

    [Fact]
    public async Task The_receipt_shows_the_number_of_wrong_passphrases_and_can_lift_the_lock()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("the value", "right");
        using var reader = await new Reader(server).Open($"/receipt/{metadata.Text}");
        Assert.DoesNotContain("Wrong passphrases", reader.Text("dl"), Ordinal);
        Assert.False(reader.Has("form"));

        await server.Spend(key, 20);
        await reader.Open($"/receipt/{metadata.Text}");
        Assert.Equal("20", reader.Text("dl dd:last-child"));
        Assert.True(reader.Has("[aria-labelledby=lock] time"));
        await reader.Send();
        Assert.Equal("More tries are allowed now.", reader.Text("[role=status].note"));
        Assert.Equal("20", reader.Text("dl dd:last-child"));
        Assert.Equal("the value", await server.Reveal(key.Text, "right"));
    }

    [Fact]
    public async Task The_receipt_says_what_to_do_when_no_lift_is_left()
    {
        await using var server = await RunningServer.Start("--Limits:LiftsInAll=0");
        var (key, metadata) = await server.Conceal("the value", "right");
        await server.Spend(key, 20);
        using var reader = await new Reader(server).Open($"/receipt/{metadata.Text}");
        Assert.Contains("share it again, with another passphrase", reader.Text("[aria-labelledby=lock]"), Ordinal);
        Assert.False(reader.Has("main form"));
    }

    [Fact]
    public async Task Lifting_a_lock_after_the_reveal_shows_that_the_secret_was_opened()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("the value", "right");
        await server.Spend(key, 5, clients: 1);
        using var reader = await new Reader(server).Open($"/receipt/{metadata.Text}");
        await server.TryReveal(key, "right", "another client");
        await reader.Send();
        Assert.Equal("Your secret was opened", reader.Heading);
    }
}
