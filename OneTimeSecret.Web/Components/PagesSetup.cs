using OneTimeSecret.Web.Circuits;
using OneTimeSecret.Web.Components.Administration.Audit;
using OneTimeSecret.Web.Components.Docs;
using OneTimeSecret.Web.Components.Layout;
using OneTimeSecret.Web.Components.Pages;
using OneTimeSecret.Web.Components.Recent;
using OneTimeSecret.Web.Http;
using OneTimeSecret.Web.Resources;

namespace OneTimeSecret.Web.Components;

/// <summary>Composes the pages.</summary>
internal static class PagesSetup
{
    /// <summary>Registers the pages, and their way to write problems for every path that no other surface has.</summary>
    public static void AddPages(this IServiceCollection services)
    {
        services.AddSingleton(new Surface(PathString.Empty, ProblemPage.Write) { IsForPeople = true });
        services.AddSingleton<MadePassword>();
        services.AddSingleton<Rules>();
        services.AddTexts();
        services.AddRazorComponents().AddCircuits();
    }

    /// <summary>Maps all pages, and the requests that they send to something that is no page.</summary>
    public static void MapPages(this WebApplication app)
    {
        app.MapOptOutRequests();
        app.MapRecentExport();
        app.MapAuditExport();
        app.MapExplorerFiles();
        app.MapComponents<App>();
    }
}
