using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Tests.Components;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Outbox;

/// <summary>Opting out of mails with links, by people and by mail providers (RFC 8058). Nobody can opt out another address.</summary>
public sealed class OptOutTests : IAsyncLifetime
{
    private static readonly EmailAddress Recipient = EmailAddress.Parse("recipient@example.org")!;

    private RunningServer _server = null!;

    private string Path => $"/mail/opt-out/{OptOutToken.Of(Recipient, _server.Get<KeyRing>())}";

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start(
        "--Mail:Transport=Pickup", "--Site:PublicUrl=https://secrets.example.com", "--Limits:Enabled=false");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Recipient_who_opts_out_gets_no_mails_until_they_allow_them_again()
    {
        using var account = await _server.Account("sender@example.com");
        Assert.True(await Mails(account));
        using var reader = await new Reader(_server).Open(Path);
        Assert.Equal("Get no more mails with links?", reader.Heading);
        await reader.Send();
        Assert.Equal(("You get no more mails with links", Path, 200), (reader.Heading, reader.Path, reader.Status));
        Assert.False(await Mails(account));
        await reader.Open(Path);
        Assert.Equal("Allow mails again", reader.Text("main button"));
        await reader.Send();
        Assert.Equal("Get no more mails with links?", reader.Heading);
        Assert.True(await Mails(account));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_mail_provider_opts_out_by_one_post_without_cookie_and_form_token(bool multipart)
    {
        // Like Gmail: a client without cookies posts to the address in List-Unsubscribe.
        var address = Compose().Headers["List-Unsubscribe"]!.Trim('<', '>').Replace("https://secrets.example.com", "", Ordinal);
        Assert.Equal(Path, address);
        using var provider = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = _server.Http.BaseAddress };
        using HttpContent body = multipart
            ? new MultipartFormDataContent { { new StringContent("One-Click"), "List-Unsubscribe" } }
            : new StringContent("List-Unsubscribe=One-Click", Encoding.UTF8, "application/x-www-form-urlencoded");
        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var answer = await provider.PostAsync(new Uri(address, UriKind.Relative), body);
            Assert.Equal((HttpStatusCode.OK, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
            Assert.Equal(1, await OptOuts());
        }
    }

    [Fact]
    public async Task GET_and_HEAD_of_the_opt_out_page_change_nothing_and_send_the_headers_of_pages_with_keys()
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            using var request = new HttpRequestMessage(method, new Uri(Path, UriKind.Relative));
            using var answer = await _server.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("noindex, nofollow", Assert.Single(answer.Headers.GetValues("X-Robots-Tag")));
            Assert.Equal("no-store", Assert.Single(answer.Headers.GetValues("Cache-Control")));
            Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
            Assert.StartsWith("default-src 'none';", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), Ordinal);
        }
        Assert.Equal(0, await OptOuts());
    }

    [Fact]
    public async Task Forged_token_opts_nobody_out()
    {
        var token = Path["/mail/opt-out/".Length..];
        var other = OptOutToken.Of(EmailAddress.Parse("other@example.org")!, _server.Get<KeyRing>());
        var changed = (token[0] is 'A' ? "B" : "A") + token[1..];
        string[] forged =
            ["x", token[..85], token + "A", changed, token[..43] + other[43..], new string('A', 86), "%20", new string('x', 5000)];
        foreach (var text in forged)
        {
            using var reader = await new Reader(_server).Open($"/mail/opt-out/{text}");
            Assert.Equal((404, "There is nothing to choose here"), (reader.Status, reader.Heading));
            using var answer = await RunningServer.Post(_server.Http, $"/mail/opt-out/{text}", ("List-Unsubscribe", "One-Click"));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
        Assert.Equal(0, await OptOuts());
    }

    [Theory]
    [InlineData("text/plain", "List-Unsubscribe=One-Click")]
    [InlineData("multipart/form-data", "no boundary")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nbroken")]
    public async Task Request_body_that_is_not_a_form_changes_nothing(string type, string text)
    {
        using var body = new ByteArrayContent(Encoding.ASCII.GetBytes(text));
        body.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await _server.Http.PostAsync(new Uri(Path, UriKind.Relative), body);
        Assert.InRange((int)answer.StatusCode, 400, 499);
        Assert.Equal(0, await OptOuts());
    }

    [Fact]
    public async Task Database_stores_only_the_hash_of_the_address_and_the_time_of_the_opt_out()
    {
        using (await RunningServer.Post(_server.Http, Path, ("List-Unsubscribe", "One-Click")))
        {
        }
        var since = _server.Clock.GetUtcNow();
        _server.Clock.Advance(TimeSpan.FromHours(1));
        using (await RunningServer.Post(_server.Http, Path, ("List-Unsubscribe", "One-Click")))
        {
        }
        await using var db = _server.Database();
        var row = await db.OptOuts.SingleAsync();
        Assert.Equal(Recipient.Hash(_server.Get<KeyRing>()), row.RecipientHash);
        Assert.Equal(since, row.Created, TimeSpan.FromSeconds(1));
        Assert.Empty(RawFiles.In(_server.Folder).FormsOf("recipient@example.org"));
    }

    private MimeKit.MimeMessage Compose() => _server.Get<ComposeMail>().Run(
        Guid.NewGuid(), new SecretLinkMail(Recipient.Text, "sender@example.com", "key", _server.Clock.GetUtcNow().AddDays(1), false));

    /// <summary>True if a secret can be mailed to the recipient.</summary>
    private static async Task<bool> Mails(HttpClient account)
    {
        using var answer = await RunningServer.Post(account, "/api/v1/share", ("secret", "x"), ("recipient", Recipient.Text));
        return answer.IsSuccessStatusCode;
    }

    private async Task<int> OptOuts()
    {
        await using var db = _server.Database();
        return await db.OptOuts.CountAsync();
    }
}
