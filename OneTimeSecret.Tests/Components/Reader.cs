using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace OneTimeSecret.Tests.Components;

/// <summary>Somebody with a browser that runs no script: opens pages, keeps cookies, fills forms in and sends them.</summary>
internal sealed class Reader : IDisposable
{
    private readonly HttpClient _http;

    public Reader(RunningServer server, string languages = "en")
    {
        // A CookieContainer refuses nothing that a browser would take here; redirects are followed as browsers follow them.
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = Cookies }) { BaseAddress = new Uri(server.Origin) };
        _http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(languages);
    }

    /// <summary>What a browser says with every request, besides languages.</summary>
    public HttpRequestHeaders Headers => _http.DefaultRequestHeaders;

    public CookieContainer Cookies { get; } = new();

    /// <summary>The page in front of the reader.</summary>
    public IHtmlDocument Page { get; private set; } = null!;

    /// <summary>The answer it came in, after redirects.</summary>
    public HttpResponseMessage Answer { get; private set; } = null!;

    public int Status => (int)Answer.StatusCode;

    public string Path => Answer.RequestMessage!.RequestUri!.PathAndQuery;

    public string Heading => Text("h1");

    public async Task<Reader> Open(string path)
    {
        await Take(await _http.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute)));
        return this;
    }

    /// <summary>Fills fields in and presses the form's main button, or that of <paramref name="press"/>.</summary>
    public Task<Reader> Send(string? press, params (string Name, string Value)[] fields) =>
        SendForm("main form", [.. fields, ("Input.Do", press ?? "create")]);

    /// <summary>Fills a form's fields in and sends it.</summary>
    public async Task<Reader> SendForm(string selector, params (string Name, string Value)[] fields)
    {
        var form = Page.QuerySelector<IHtmlFormElement>(selector) ?? throw new InvalidOperationException($"There is no {selector}.");
        var sent = Successful(form).Where(field => !fields.Any(f => string.Equals(f.Name, field.Name, StringComparison.Ordinal)))
            .Concat(fields);
        var address = new Uri(form.GetAttribute("action") ?? Path, UriKind.Relative);
        using var body = new FormUrlEncodedContent(sent.Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
        await Take(await _http.PostAsync(address, body));
        return this;
    }

    /// <summary>Posts as a script of the page does: the page stays in front of the reader.</summary>
    public async Task<HttpResponseMessage> Fetch(string path, params (string Name, string Value)[] fields)
    {
        using var body = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await _http.PostAsync(new Uri(path, UriKind.Relative), body);
    }

    public Task<Reader> Send(params (string Name, string Value)[] fields) => Send(null, fields);

    /// <summary>Does something in another tab; the page in front of the reader stays as it is.</summary>
    public async Task Elsewhere(Func<Reader, Task> act)
    {
        var (page, answer) = (Page, Answer);
        Answer = null!;
        await act(this);
        Answer.Dispose();
        (Page, Answer) = (page, answer);
    }

    /// <summary>Posts as another site could make the reader's browser post: with his cookies, without a form of ours.</summary>
    public async Task<int> PostBare(string path)
    {
        using var body = new FormUrlEncodedContent([KeyValuePair.Create("_handler", "any")]);
        using var answer = await _http.PostAsync(new Uri(path, UriKind.Relative), body);
        return (int)answer.StatusCode;
    }

    /// <summary>Fills a form's fields in and sends it with a token that does not fit, as after its cookie has gone.</summary>
    public Task<Reader> SendStale(string selector, params (string Name, string Value)[] fields) =>
        SendForm(selector, [.. fields, ("__RequestVerificationToken", "stale")]);

    /// <summary>Posts a form that the page in front of the reader does not have, with the token of one that it has.</summary>
    public async Task<int> PostTo(string path, string handler)
    {
        const string Token = "__RequestVerificationToken";
        using var body = new FormUrlEncodedContent(
            [KeyValuePair.Create("_handler", handler), KeyValuePair.Create(Token, Value($"input[name={Token}]"))]);
        using var answer = await _http.PostAsync(new Uri(path, UriKind.Relative), body);
        return (int)answer.StatusCode;
    }

    public string Text(string selector) => Find(selector).TextContent.Trim();

    public string Value(string selector) => Find(selector) switch
    {
        IHtmlTextAreaElement area => area.DefaultValue,
        IHtmlInputElement input => input.DefaultValue,
        IHtmlSelectElement select => select.Options.First(option => option.IsDefaultSelected).Value,
        var other => other.TextContent,
    };

    public bool Has(string selector) => Page.QuerySelector(selector) is not null;

    public void Dispose()
    {
        Answer?.Dispose();
        _http.Dispose();
    }

    private IElement Find(string selector) =>
        Page.QuerySelector(selector) ?? throw new InvalidOperationException($"The page '{Page.Title}' has no {selector}.");

    private async Task Take(HttpResponseMessage answer)
    {
        Answer?.Dispose();
        Answer = answer;
        // Servers of tests are reached over plain HTTP, whatever the address is that people use.
        foreach (var cookie in Cookies.GetAllCookies().Cast<Cookie>())
            cookie.Secure = false;
        Page = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>What a browser sends of a form as it stands (HTML: successful controls), buttons left out.</summary>
    private static IEnumerable<(string Name, string Value)> Successful(IHtmlFormElement form) =>
        form.Elements.SelectMany(element => element switch
        {
            IHtmlInputElement { Type: "checkbox" or "radio" } box => box.IsDefaultChecked ? [(box.Name!, box.DefaultValue)] : [],
            IHtmlInputElement input => [(input.Name!, input.DefaultValue)],
            IHtmlTextAreaElement area => [(area.Name!, area.DefaultValue)],
            IHtmlSelectElement select => select.Options.Where(o => o.IsDefaultSelected).Take(1).Select(o => (select.Name!, o.Value)),
            _ => Array.Empty<(string, string)>(),
        });
}
