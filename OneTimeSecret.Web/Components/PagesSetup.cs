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
    /// <summary>Registers the pages. Their surface also writes the problem answers for every path that no other surface covers.</summary>
    public static void AddPages(this IServiceCollection services)
    {
        services.AddSingleton(new Surface(PathString.Empty, ProblemPage.Write) { IsForPeople = true });
        services.AddSingleton<MadePassword>();
        services.AddSingleton<RevealTicket>();
        services.AddSingleton<RetryCookie>();
        services.AddSingleton<Rules>();
        services.AddTexts();
        services.AddRazorComponents().AddCircuits();
    }

    /// <summary>Maps all pages and the endpoints that belong to them: downloads, files and the opt-out form.</summary>
    public static void MapPages(this WebApplication app)
    {
        app.MapOptOutRequests();
        app.MapRecentExport();
        app.MapAuditExport();
        app.MapExplorerFiles();
        app.MapComponents<App>();
    }
}
