using OneTimeSecret.Core;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Web.Accounts;
using OneTimeSecret.Web.Administration;
using OneTimeSecret.Web.Api.V1;
using OneTimeSecret.Web.Branding;
using OneTimeSecret.Web.Circuits;
using OneTimeSecret.Web.Commands;
using OneTimeSecret.Web.Components;
using OneTimeSecret.Web.Configuration;
using OneTimeSecret.Web.DataProtection;
using OneTimeSecret.Web.Gates;
using OneTimeSecret.Web.Http;
using OneTimeSecret.Web.Jobs;
using OneTimeSecret.Web.Live;
using OneTimeSecret.Web.Logging;

namespace OneTimeSecret.Web;

/// <summary>Composes the program: registers all services, and adds all middleware and endpoints in order.</summary>
internal static class Server
{
    /// <summary>Builds the server, opens its database and sets up the request pipeline. The result can be started or run a verb.</summary>
    /// <param name="settings">Settings from the command line.</param>
    /// <param name="adjust">Changes registrations, for tests (a clock, a log) and verbs.</param>
    /// <param name="look">Runs before anything in the data folder is opened or created. May throw to refuse it.</param>
    /// <param name="serves">Whether the result is started, so that no other server may use the data folder.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="ConfigurationException">The configuration has mistakes. The message lists all of them.</exception>
    /// <exception cref="KeyRingException">The key ring does not fit the database.</exception>
    public static async Task<WebApplication> Open(
        string[] settings, Action<WebApplicationBuilder>? adjust = null, Action<IServiceProvider>? look = null,
        bool serves = false, CancellationToken cancellation = default)
    {
        var app = Build(settings, adjust);
        try
        {
            look?.Invoke(app.Services);
            await app.Services.GetRequiredService<OpenDatabase>().Run(serves, cancellation);
            Use(app);
            return app;
        }
        catch
        {
            await app.DisposeAsync(); // releases the data folder
            throw;
        }
    }

    private static void Use(WebApplication app)
    {
        app.UseHttp();
        app.UseRelativeCircuitPaths();
        app.UseRoutes();
        app.UseGates();
        app.UseAuthentication();
        app.UseMiddleware<AdminGate>(); // before the next two, whose redirects would reveal that the page exists
        app.UseAuthorization();
        app.UseMiddleware<AccountGate>();
        app.UseMiddleware<CircuitGate>();
        app.UseForms();

        app.MapHealth();
        app.MapSecurityText();
        app.MapApiV1();
        app.MapReceiptEvents();
        app.MapSignOut();
        app.MapPasskeys();
        app.MapJobDashboard();
        app.MapColonel();
        app.MapStaticAssets();
        app.MapBrandFiles();
        app.MapPages();
    }

    private static WebApplication Build(string[] settings, Action<WebApplicationBuilder>? adjust)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = settings, ContentRootPath = ContentRoot.Path, ApplicationName = typeof(Server).Assembly.GetName().Name,
        });
        builder.AddProductConfiguration(settings);
        builder.AddHttp();
        builder.Services.AddGates();
        builder.Services.AddQuietLogging();
        builder.Services.AddErrorCount();
        builder.Services.AddOneTimeSecret();
        builder.Services.AddStoredDataProtection();
        builder.Services.AddSignIn();
        builder.Services.AddSingleton<AdminNetworks>();
        builder.Services.AddSingleton<FirstCommands>();
        builder.Services.AddHealth();
        builder.Services.AddJobs();
        builder.Services.AddApiV1();
        builder.Services.AddSingleton<LivePages>();
        builder.Services.AddBrandFiles();
        builder.Services.AddPages();
        adjust?.Invoke(builder);

        return builder.Build();
    }
}
