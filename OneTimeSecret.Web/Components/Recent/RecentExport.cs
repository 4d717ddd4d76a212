using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Web.Accounts;

namespace OneTimeSecret.Web.Components.Recent;

/// <summary>Streams the list as a CSV file.</summary>
internal static class RecentExport
{
    public const string Path = "/recent/export.csv";

    public static void MapRecentExport(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Path, Send).WithMetadata(new NeedsAttribute()).ExcludeFromDescription();

    private static async Task Send(HttpContext context, ExportReceipts export, CancellationToken cancellation)
    {
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = "attachment; filename=secrets.csv";
        await export.Run(context.Session()!.Account, context.Response.Body, cancellation);
    }
}
