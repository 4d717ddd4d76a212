using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Localization;
using OneTimeSecret.Core;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Web.Accounts;
using OneTimeSecret.Web.Administration;
using OneTimeSecret.Web.Api.V1;
using OneTimeSecret.Web.Branding;
using OneTimeSecret.Web.Circuits;
using OneTimeSecret.Web.Commands;
using OneTimeSecret.Web.Components;
using OneTimeSecret.Web.Components.Administration;
using OneTimeSecret.Web.Components.Docs;
using OneTimeSecret.Web.Components.Pages;
using OneTimeSecret.Web.Components.Recent;
using OneTimeSecret.Web.Configuration;
using OneTimeSecret.Web.DataProtection;
using OneTimeSecret.Web.Http;
using OneTimeSecret.Web.Jobs;
using OneTimeSecret.Web.Live;
using OneTimeSecret.Web.Logging;
using OneTimeSecret.Web.Mail;
using OneTimeSecret.Web.Resources;

namespace OneTimeSecret.Web;

/// <summary>The composition of the program: all that is registered and every step of a request's way, in order.</summary>
internal static class Server
{
    /// <summary>Builds the server, opens its database and lays the way of requests: ready to start, or to run a verb.</summary>
    /// <param name="settings">Settings as the command line gives them.</param>
    /// <param name="adjust">For tests (a clock, a log) and verbs.</param>
    /// <param name="look">Looks at where the data folder is before anything there is opened or made, and may refuse.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="ConfigurationException">The configuration has mistakes; the message names them all.</exception>
    /// <exception cref="KeyRingException">The key ring does not fit the database.</exception>
    public static async Task<WebApplication> Open(
        string[] settings, Action<WebApplicationBuilder>? adjust = null, Action<DataFolder>? look = null,
        CancellationToken cancellation = default)
    {
        var app = Build(settings, adjust);
        look?.Invoke(app.Services.GetRequiredService<DataFolder>());
        await app.Services.GetRequiredService<OpenDatabase>().Run(cancellation);
        app.UseHttp();
        app.MapControllers();
        app.MapApiV1Fallback();
        app.MapReceiptEvents();
        app.MapOptOutRequests();
        app.MapSignOut();
        app.MapRecentExport();
        app.MapAuditExport();
        app.MapJobDashboard();
        app.MapPasskeys();
        app.MapColonel();
        app.MapOpenApi("/openapi/{documentName:regex(^v1$)}.json"); // by itself it answers for others with their name as a text
        app.MapExplorerFiles();
        app.MapStaticAssets();
        app.Services.GetRequiredService<BrandFiles>().Map(app);
        app.MapPages<App>();
        return app;
    }

    private static WebApplication Build(string[] settings, Action<WebApplicationBuilder>? adjust)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = settings, ContentRootPath = ContentRoot.Path, ApplicationName = typeof(Server).Assembly.GetName().Name,
        });
        builder.AddProductConfiguration(settings);
        // Without it a build (not a published program) serves empty static files outside the Development environment.
        builder.WebHost.UseStaticWebAssets();
        // A build would send the sources of static files, hardly compressed, so that changes show at once: three times the bytes.
        if (!builder.Environment.IsDevelopment())
            builder.WebHost.UseSetting("ReloadStaticAssetsAtRuntime", bool.FalseString);
        builder.Services.AddQuietLogging();
        builder.Services.AddErrorCount();

        builder.Services.AddOneTimeSecret();
        new IdentityBuilder(typeof(Account), builder.Services)
            .AddDefaultTokenProviders().AddTokenProvider<InvitationTokens>(LinkAccount.InvitationProvider).AddSignInManager();
        builder.Services.Configure<DataProtectionTokenProviderOptions>(tokens => tokens.TokenLifespan = AccountLinks.Lifetime);
        builder.Services.AddDataProtection().SetApplicationName("OneTimeSecret").PersistKeysToDatabase();

        builder.Services.AddSessionCookie();
        builder.Services.AddOpenForms();
        builder.Services.AddSingleton<DeviceCookie>();
        builder.Services.AddSingleton<SignInSteps>();
        builder.Services.AddSingleton<FirstCommands>();
        builder.Services.AddSingleton<PassingText>();
        builder.Services.AddSingleton<MadePassword>();
        builder.Services.AddSingleton<PendingTotp>();
        builder.Services.AddPasskeys();
        builder.Services.AddSingleton<AdminNetworks>();

        builder.Services.AddJobs();
        builder.AddHttp();
        builder.Services.AddApiV1();
        builder.Services.AddSingleton<LivePages>();
        builder.Services.AddSingleton<BrandFiles>();
        builder.Services.AddLocalization();
        builder.Services.AddSingleton<IStringLocalizer>(provider => provider.GetRequiredService<IStringLocalizer<Texts>>());
        builder.Services.AddSingleton<Rules>();
        builder.Services.AddRazorComponents().AddCircuits();
        adjust?.Invoke(builder);

        return builder.Build();
    }
}
