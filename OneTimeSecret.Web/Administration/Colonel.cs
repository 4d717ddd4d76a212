namespace OneTimeSecret.Web.Administration;

/// <summary>Redirects <c>/colonel</c>, Onetime Secret's path of the administrators' pages, to ours.</summary>
internal static class Colonel
{
    private const string OldRoot = "/colonel";

    public static void MapColonel(this IEndpointRouteBuilder routes) =>
        routes.MapMethods(OldRoot + "/{**rest}", [HttpMethods.Get, HttpMethods.Head], Lead)
            .WithMetadata(new AdminAttribute()).ExcludeFromDescription();

    private static void Lead(HttpContext context)
    {
        context.Request.Path.StartsWithSegments(OldRoot, StringComparison.OrdinalIgnoreCase, out var rest);
        context.Response.Redirect(new PathString(AdminPaths.Root).Add(rest) + context.Request.QueryString);
    }
}
