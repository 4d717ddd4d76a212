using System.IO.Compression;
using System.Reflection;
using Microsoft.Net.Http.Headers;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace OneTimeSecret.Web.Components.Docs;

/// <summary>
/// Serves the two files of Swagger UI that the explorer needs, from the package, which holds them gzip-compressed. The package's own
/// middleware is not used, because its page has inline scripts and styles, which our content security policy forbids. For clients that
/// accept no compression, the first request decompresses a file, and it stays in memory.
/// </summary>
internal static class ExplorerFiles
{
    private const string Folder = "Swashbuckle.AspNetCore.SwaggerUI.node_modules.swagger_ui_dist.";

    private static readonly Assembly Package = typeof(SwaggerUIOptions).Assembly;

    // A weak tag, because it stands for the compressed and the uncompressed file.
    private static readonly EntityTagHeaderValue Tag = new($"\"{Package.ManifestModule.ModuleVersionId:n}\"", isWeak: true);

    public static void MapExplorerFiles(this IEndpointRouteBuilder routes)
    {
        foreach (var (name, type) in (ReadOnlySpan<(string, string)>)
                 [("swagger-ui.css", "text/css; charset=utf-8"), ("swagger-ui-bundle.js", "text/javascript; charset=utf-8")])
        {
            var plain = new Lazy<byte[]>(() => Decompress(name));
            routes.MapMethods(Address(name), [HttpMethods.Get, HttpMethods.Head], (HttpContext context) => Send(context, name, type, plain))
                .ExcludeFromDescription();
        }
    }

    public static string Address(string name) => $"/docs/api/ui/{name}";

    private static IResult Send(HttpContext context, string name, string type, Lazy<byte[]> plain)
    {
        var headers = context.Response.GetTypedHeaders();
        headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (!context.Request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding is { Value.Value: "gzip", Quality: not 0 }))
            return TypedResults.Bytes(plain.Value, type, entityTag: Tag);
        headers.Append(HeaderNames.ContentEncoding, "gzip");
        return TypedResults.Stream(Compressed(name), type, entityTag: Tag);
    }

    private static byte[] Decompress(string name)
    {
        using var unzipped = new GZipStream(Compressed(name), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        unzipped.CopyTo(plain);
        return plain.ToArray();
    }

    private static Stream Compressed(string name) => Package.GetManifestResourceStream(Folder + name)!;
}
