using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>Serves the OpenAPI document. It is the same for all callers, so the first request makes it, and it stays in memory.</summary>
internal sealed class DescriptionDocument([FromKeyedServices(DescriptionDocument.Name)] IOpenApiDocumentProvider provider)
{
    public const string Name = "v1";

    private readonly Lazy<Task<byte[]>> _document = new(() => Write(provider));

    public async Task<FileContentHttpResult> Send() => TypedResults.Bytes(await _document.Value, "application/json; charset=utf-8");

    private static async Task<byte[]> Write(IOpenApiDocumentProvider provider)
    {
        var document = await provider.GetOpenApiDocumentAsync(CancellationToken.None);
        document.Servers = [new OpenApiServer { Url = "/" }]; // relative to the document's address, whatever the host is
        using var written = new MemoryStream();
        await document.SerializeAsJsonAsync(written, OpenApiSpecVersion.OpenApi3_1);
        return written.ToArray();
    }
}
