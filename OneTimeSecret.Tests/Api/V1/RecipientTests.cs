using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;

namespace OneTimeSecret.Tests.Api.V1;

/// <summary>docs/contract.md, Parameters and Receipt object: who may send mail to whom, and what is shown and stored of it.</summary>
public sealed class RecipientTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private HttpClient _account = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start(
            "--Mail:Transport=Smtp", "--Mail:Host=mail.invalid", "--Site:PublicUrl=https://secrets.example.com");
        _account = await _server.Account("sender@example.com");
    }

    public async ValueTask DisposeAsync()
    {
        _account.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Recipients_in_every_form_are_trimmed_lower_cased_and_de_duplicated()
    {
        const string Expected = """["al***@e***.co.uk","bo@e***.org"]""";
        string[] forms =
        [
            "recipient=Alice@Example.co.uk&recipient=bo@example.org", "recipient[]=alice@example.co.uk&recipient[]=bo@example.org",
            "recipient=%20alice@example.co.uk%20&recipient[]=BO@example.org&recipient=&recipient=ALICE@EXAMPLE.CO.UK",
            """{"recipient":["alice@example.co.uk"," Bo@example.org","bo@EXAMPLE.org",null,""]}""",
        ];
        foreach (var form in forms)
            Assert.Equal(Expected, (await Answers.Ok(Share(form)))["recipient"]!.ToJsonString());
        Assert.Equal(
            """["al***@e***.co.uk"]""", (await Answers.Ok(Share("""{"recipient":"alice@example.co.uk"}""")))["recipient"]!.ToJsonString());
        Assert.Equal("[]", (await Answers.Ok(Share("recipient=&recipient[]=%20")))["recipient"]!.ToJsonString());
    }

    [Theory]
    [InlineData("tryouts@onetimesecret.com", "tr***@o***.com")]
    [InlineData("dm@onetimesecret.com", "dm@o***.com")]
    [InlineData("a@b.org", "a@b***.org")]
    [InlineData("user@example.co.uk", "us***@e***.co.uk")]
    [InlineData("o'brien+tag@mail.example.com", "o'***@m***.com")]
    public async Task The_receipt_shows_obfuscated_addresses(string address, string shown)
    {
        var receipt = await Answers.Ok(Post("/api/v1/generate", ("recipient", address)));
        Assert.Equal(shown, (string?)receipt["recipient"]![0]);
        Assert.Equal(shown, (string?)receipt["recipients"]![0]);
        Assert.Equal(shown, (string?)(await _server.Receipt((string)receipt["metadata_key"]!))["recipient"]![0]);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("a@b")]
    [InlineData("@example.com")]
    [InlineData("a b@example.com")]
    [InlineData("a@example.com\r\nBcc: b@example.com")]
    [InlineData("a\u0007@example.com")]
    [InlineData("a@example.com, b@example.com")]
    [InlineData("Alice <a@example.com>")]
    [InlineData("\uFFFE@example.com")]
    [InlineData("a@\uFFFE.com")]
    public async Task An_invalid_address_is_named_and_nothing_is_created(string address)
    {
        await Answers.Refused(Post("/api/v1/share", ("secret", "x"), ("recipient", "good@example.com"), ("recipient", address)),
            $"Undeliverable email address: {address}");
        Assert.Equal((0, 0, 0), await _server.Rows());
    }

    [Fact]
    public async Task Blanks_around_an_invalid_address_are_not_repeated_in_the_message() =>
        await Answers.Refused(Post("/api/v1/share", ("secret", "x"), ("recipient", " nonsense ")), "Undeliverable email address: nonsense");

    [Fact]
    public async Task Ten_recipients_are_accepted_and_eleven_are_refused()
    {
        var eleven = Enumerable.Range(0, 11).Select(i => ("recipient", $"r{i}@example.com")).ToArray();
        Assert.Equal(
            10, (await Answers.Ok(Post("/api/v1/share", [("secret", "x"), .. eleven[..10], eleven[0]])))["recipient"]!.AsArray().Count);
        await Answers.Refused(Post("/api/v1/share", [("secret", "x"), .. eleven]), "Too many recipients");
        Assert.Equal((1, 1, 1), await _server.Rows());
    }

    [Fact]
    public async Task Recipients_are_refused_without_an_account()
    {
        await Answers.Refused(
            _server.Post("/api/v1/share", ("secret", "x"), ("recipient", "a@example.com")), "An account is required to send emails.");
        await Answers.Refused(_server.Post("/api/v1/generate", ("recipient", "a@example.com")), "An account is required to send emails.");
        Assert.Equal((0, 0, 0), await _server.Rows());
    }

    [Fact]
    public async Task An_account_with_an_unverified_address_sends_no_mail()
    {
        await using (var db = _server.Database())
            await db.Users.ExecuteUpdateAsync(set => set.SetProperty(account => account.EmailConfirmed, false));
        await Answers.Refused(
            Post("/api/v1/share", ("secret", "x"), ("recipient", "a@example.com")), "An account is required to send emails.");
    }

    [Fact]
    public async Task Recipients_are_refused_without_a_mail_transport_and_nothing_is_created()
    {
        await using var server = await RunningServer.Start();
        using var account = await server.Account("sender@example.com");
        await Answers.Refused(
            RunningServer.Post(
                account, "/api/v1/share", ("secret", "x"), ("recipient", "a@example.com")), "This server does not send email.");
        Assert.Equal((0, 0, 0), await server.Rows());
    }

    [Fact]
    public async Task Only_one_mail_to_the_first_recipient_is_queued()
    {
        var receipt = await Answers.Ok(Post("/api/v1/share",
            ("secret", "x"), ("recipient", "First@example.com"), ("recipient", "second@example.com"), ("passphrase", "long enough")));
        await using var db = _server.Database();
        var mail = Assert.IsType<SecretLinkMail>((await db.Outbox.SingleAsync()).Open(_server.Get<KeyRing>()));
        Assert.Equal(
            ("first@example.com", "sender@example.com", (string?)receipt["secret_key"], true),
            (mail.To, mail.From, mail.SecretKey, mail.HasPassphrase));
    }

    [Fact]
    public async Task Neither_the_recipients_address_nor_the_link_is_readable_in_the_files()
    {
        var receipt = await Answers.Ok(
            Post("/api/v1/share", ("secret", "a value nobody sees"), ("recipient", "very.particular@recipient.example")));
        byte[] raw = [.. Directory.GetFiles(_server.Folder).SelectMany(Shared)];
        Assert.True(raw.AsSpan().IndexOf("sender@example.com"u8) >= 0); // the account's own address is not sealed: the search works

        foreach (var text in (string[])["very.particular", "recipient.example", "a value nobody sees",
            (string)receipt["secret_key"]!, (string)receipt["metadata_key"]!])
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            Assert.True(raw.AsSpan().IndexOf(bytes) < 0, text);
            Assert.True(raw.AsSpan().IndexOf(Encoding.Unicode.GetBytes(text)) < 0, text);
            Assert.True(raw.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Convert.ToHexString(bytes))) < 0, text);
            Assert.True(raw.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes)[..12])) < 0, text);
        }
    }

    [Fact]
    public async Task A_mail_that_cannot_be_queued_leaves_no_secret_behind()
    {
        await using (var db = _server.Database())
            await db.Database.ExecuteSqlRawAsync("ALTER TABLE Outbox ADD COLUMN Demanded INTEGER CHECK (Demanded IS NOT NULL)");
        await Answers.Is(Post("/api/v1/share", ("secret", "x"), ("recipient", "a@example.com")),
            500, null, new JsonObject { ["error"] = "Internal Server Error" });
        Assert.Equal((0, 0, 0), await _server.Rows());
    }

    private static byte[] Shared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }

    private Task<HttpResponseMessage> Share(string form) => _account.PostAsync(new Uri("/api/v1/share?secret=x", UriKind.Relative),
        new StringContent(form, Encoding.UTF8, form.StartsWith('{') ? "application/json" : "application/x-www-form-urlencoded"));

    private Task<HttpResponseMessage> Post(string path, params (string, string)[] fields) => RunningServer.Post(_account, path, fields);
}
