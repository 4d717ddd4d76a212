using System.Net;
using Microsoft.AspNetCore.Routing;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Components;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Accounts;

/// <summary>
/// One account learns nothing about receipts of another account from ids, cursors, filters and addresses. Only keys give access. The
/// routes are read from the server, so that new routes are covered.
/// </summary>
public sealed class OthersReceiptsTests : IAsyncLifetime
{
    private const string Other = "other@example.com";
    private const string Recipient = "somebody@elsewhere.example";

    private RunningServer _server = null!;
    private SignedIn _owner = null!;
    private SignedIn _other = null!;
    private ListedReceipt _row = null!;
    private string _metadata = "";
    private string _cursor = "";
    private Reader _reader = null!;

    private string[] Telling => [_metadata, _row.ShortId, _row.RowId, "so***@e***"];

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start(Mail.Mails.OnLocalhost);
        (_owner, _other) = (await Account(People.Email), await Account(Other));
        var caller = Verbs.Somebody with { Account = _owner };
        for (var i = 0; i < 3; i++)
        {
            var outcome = await _server.Get<ConcealSecret>().Run(
                "value"u8.ToArray(), new SecretDraft(Recipients: [Recipient]), caller, CancellationToken.None);
            _metadata = Assert.IsType<ConcealOutcome.Concealed>(outcome).Receipt.MetadataKey;
            _server.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        var page = await _server.Get<BrowseReceipts>().Run(_owner, new ReceiptQuery(Size: 1), CancellationToken.None);
        (_row, _cursor) = (Assert.Single(page.Items), page.Next!);
        _reader = await _server.SignIn(Other, back: "/recent");
        Assert.Contains("You have not shared anything yet.", _reader.Text("main"), Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task No_route_shows_receipts_of_another_account_for_any_id()
    {
        var routes = _server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET", StringComparer.Ordinal) ?? true)
            .Select(route => "/" + route.RoutePattern.RawText!.TrimStart('/'))
            .Where(route => !route.StartsWith("/_", Ordinal) && !route.Contains("{**", Ordinal))
            .Distinct(StringComparer.Ordinal).ToList();
        Assert.Superset(
            new HashSet<string>(["/recent", "/recent/{RowId}", "/recent/{RowId}/burn", "/recent/export.csv"], StringComparer.Ordinal),
            routes.ToHashSet(StringComparer.Ordinal));
        foreach (var route in routes)
            foreach (var id in route.Contains('{', Ordinal) ? (string[])[_row.RowId, _row.ShortId, _owner.Id.ToString(), _cursor] : [""])
                await ShowsNothing(With(route, id));
        await AllIsAsItWas();
    }

    [Fact]
    public async Task No_filter_search_order_or_page_lists_receipts_of_another_account()
    {
        string[] searches = ["", Recipient, _row.ShortId, _row.ShortId[..2], People.Email, "%", "*"];
        foreach (var search in searches)
            foreach (var state in (string[])["", "new", "received", "burned", "expired", "orphaned"])
                foreach (var sort in (string[])["newest", "oldest", "soonest", "latest"])
                    foreach (var cursor in (string[])["", _cursor])
                        await ShowsNothing(
                            $"/recent?state={state}&sort={sort}&search={Uri.EscapeDataString(search)}&cursor={cursor}", besides: search);
    }

    [Fact]
    public async Task Receipts_of_another_account_cannot_be_burned_by_id()
    {
        await _reader.Open("/");
        foreach (var id in (string[])[_row.RowId, _row.ShortId])
            foreach (var handler in (string[])["burn", "lift", "adopt"])
                foreach (var path in (string[])[$"/recent/{id}/burn", $"/recent/{id}", $"/receipt/{id}/burn", $"/receipt/{id}"])
                    await _reader.PostTo(path, handler);
        Assert.IsType<BurnOutcome.Unknown>(await _server.Get<BurnSecret>().Run(_other.Asks(), _row.RowId, CancellationToken.None));
        await AllIsAsItWas();
    }

    [Fact]
    public async Task Token_does_not_list_receipts_of_another_account()
    {
        var token = await _server.Get<AddToken>().Run(Other, "script", TokenScopes.All, null, CancellationToken.None);
        foreach (var name in (string[])["private", "metadata", "receipt"])
        {
            Assert.Equal((HttpStatusCode.OK, "[]"), await Recent(name, Other, token));
            Assert.Equal(HttpStatusCode.NotFound, (await Recent(name, People.Email, token)).Status);
        }
    }

    [Fact]
    public async Task Live_updates_of_another_account_are_not_received()
    {
        using var watch = _server.Get<RecentSignals>().Begin(_other.Id);
        await _server.Get<BurnSecret>().Run(_owner.Asks(), _row.RowId, CancellationToken.None);
        using var own = _server.Get<RecentSignals>().Begin(_owner.Id);
        var news = watch.Next(CancellationToken.None);
        await _server.Conceal("value", account: _owner);
        Assert.True(await own.Next(CancellationToken.None));
        Assert.False(news.IsCompleted);
    }

    private async Task<SignedIn> Account(string email) =>
        new((await _server.AddAccount(email)).Id, email, MayMail: true, TokenScopes.All);

    private static string With(string route, string id) =>
        string.Join('/', route.Split('/').Select(part => part.StartsWith('{') ? Uri.EscapeDataString(id) : part));

    /// <summary>Asserts that a page shows no identifying text of the receipts, except text that the request contained.</summary>
    private async Task ShowsNothing(string path, string besides = "")
    {
        await _reader.Open(path);
        Assert.True(_reader.Status < 500, path);
        var text = _reader.Page.DocumentElement.OuterHtml.Replace(Uri.EscapeDataString(path), "", Ordinal).Replace(path, "", Ordinal);
        foreach (var telling in Telling.Where(telling => !path.Contains(telling, Ordinal) && !telling.Equals(besides, Ordinal)))
            Assert.DoesNotContain(telling, text, Ordinal);
        Assert.False(_reader.Has("main .grid"), path);
    }

    private async Task AllIsAsItWas()
    {
        var page = await _server.Get<BrowseReceipts>().Run(_owner, new ReceiptQuery(), CancellationToken.None);
        Assert.Equal(3, page.Items.Count(item => item.Receipt.State == ReceiptState.New));
    }

    private async Task<(HttpStatusCode Status, string Body)> Recent(string name, string email, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/v1/{name}/recent", UriKind.Relative));
        request.Headers.Authorization = RunningServer.Basic(email, token);
        using var answer = await _server.Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
