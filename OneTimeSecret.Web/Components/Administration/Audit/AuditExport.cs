using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Oversight;
using OneTimeSecret.Web.Accounts;
using OneTimeSecret.Web.Administration;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Components.Administration.Audit;

/// <summary>Streams the audit trail as lines of JSON.</summary>
internal static class AuditExport
{
    public const string Path = "/admin/audit/export.ndjson";

    public static void MapAuditExport(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Path, Send).WithMetadata(new AdminAttribute { Proof = true }).ExcludeFromDescription();

    private static async Task Send(HttpContext context, ExportAudit export, CancellationToken cancellation)
    {
        var admin = new Caller(context.Client().Name, context.Session()!.Account);
        if (await export.Begin(admin, cancellation) != AdminOutcome.Done)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        context.Response.ContentType = "application/x-ndjson; charset=utf-8";
        context.Response.Headers.ContentDisposition = "attachment; filename=audit.ndjson";
        await export.Write(context.Response.Body, cancellation);
    }
}
