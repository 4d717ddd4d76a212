using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace OneTimeSecret.Tests.Components;

/// <summary>A person with a browser that runs no script: opens pages, keeps cookies, fills in forms and sends them.</summary>
internal sealed class Reader : IDisposable
{
    private readonly HttpClient _http;

    public Reader(RunningServer server, string languages = "en", CookieContainer? cookies = null)
    {
        Cookies = cookies ?? new();
        // Here a CookieContainer accepts every cookie that a browser would accept. Redirects are followed as in a browser.
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = Cookies }) { BaseAddress = new Uri(server.Origin) };
        _http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(languages);
    }

    /// <summary>Headers of every request.</summary>
    public HttpRequestHeaders Headers => _http.DefaultRequestHeaders;

    public CookieContainer Cookies { get; }

    /// <summary>The current page.</summary>
    public IHtmlDocument Page { get; private set; } = null!;

    /// <summary>The answer with the current page, after redirects.</summary>
    public HttpResponseMessage Answer { get; private set; } = null!;

    public int Status => (int)Answer.StatusCode;

    public string Path => Answer.RequestMessage!.RequestUri!.PathAndQuery;

    public string Heading => Text("h1");

    public async Task<Reader> Open(string path)
    {
        await Take(await _http.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute)));
        return this;
    }

    /// <summary>Fills in fields and presses the main button of the form, or the button with the value <paramref name="press"/>.</summary>
    public Task<Reader> Send(string? press, params (string Name, string Value)[] fields) =>
        SendForm("main form", [.. fields, ("Input.Do", press ?? "create")]);

    /// <summary>Fills in fields of a form and sends it.</summary>
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

    /// <summary>Posts as a script of the page does. The current page stays.</summary>
    public async Task<HttpResponseMessage> Fetch(string path, params (string Name, string Value)[] fields)
    {
        using var body = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await _http.PostAsync(new Uri(path, UriKind.Relative), body);
    }

    public Task<Reader> Send(params (string Name, string Value)[] fields) => Send(null, fields);

    /// <summary>Does something in another tab. The current page stays.</summary>
    public async Task Elsewhere(Func<Reader, Task> act)
    {
        var (page, answer) = (Page, Answer);
        Answer = null!;
        await act(this);
        Answer.Dispose();
        (Page, Answer) = (page, answer);
    }

    /// <summary>Posts as another site could make the browser post: with cookies, but without an antiforgery token.</summary>
    public async Task<int> PostBare(string path)
    {
        using var body = new FormUrlEncodedContent([KeyValuePair.Create("_handler", "any")]);
        using var answer = await _http.PostAsync(new Uri(path, UriKind.Relative), body);
        return (int)answer.StatusCode;
    }

    /// <summary>Fills in fields of a form and sends it with an invalid antiforgery token, as after the loss of its cookie.</summary>
    public Task<Reader> SendStale(string selector, params (string Name, string Value)[] fields) =>
        SendForm(selector, [.. fields, ("__RequestVerificationToken", "stale")]);

    /// <summary>Posts a form that the current page does not have, with the antiforgery token of one that it has.</summary>
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
        // Tests use plain HTTP, whatever the public address is.
        foreach (var cookie in Cookies.GetAllCookies().Cast<Cookie>())
            cookie.Secure = false;
        Page = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The fields that a browser sends of an unchanged form (HTML: successful controls), without buttons.</summary>
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
