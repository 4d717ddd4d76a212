using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace OneTimeSecret.Tests.Components;

/// <summary>Reads pages as a browser without script does.</summary>
internal static class Page
{
    public static async Task<IHtmlDocument> Read(this RunningServer server, string path) =>
        new HtmlParser().ParseDocument(await server.Http.GetStringAsync(new Uri(path, UriKind.Relative)));
}
