using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using OneTimeSecret.Core;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Web.Api.V1;
using OneTimeSecret.Web.Configuration;
using OneTimeSecret.Web.Cookies;
using OneTimeSecret.Web.Http;
using OneTimeSecret.Web.Logging;

namespace OneTimeSecret.Web;

/// <summary>The composition of the program: all that is registered and every step of a request's way, in order.</summary>
internal static class Server
{
    /// <summary>Builds the server from command-line settings. <paramref name="adjust"/> is for tests: a clock, a log.</summary>
    /// <exception cref="ConfigurationException">The configuration has mistakes; the message names them all.</exception>
    public static WebApplication Build(string[] settings, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = settings, ContentRootPath = ContentRoot.Path, ApplicationName = typeof(Server).Assembly.GetName().Name,
        });
        builder.AddProductConfiguration(settings);
        builder.Services.AddQuietLogging();

        builder.Services.AddOneTimeSecret();
        new IdentityBuilder(typeof(Account), typeof(IdentityRole<Guid>), builder.Services).AddDefaultTokenProviders();
        builder.Services.Configure<DataProtectionTokenProviderOptions>(tokens => tokens.TokenLifespan = TimeSpan.FromHours(1));
        builder.Services.AddDataProtection().SetApplicationName("OneTimeSecret").PersistKeysToDatabase();

        builder.AddHttp();
        builder.Services.AddApiV1();
        adjust?.Invoke(builder);

        var app = builder.Build();
        app.UseHttp();
        app.MapControllers();
        app.MapApiV1Fallback();
        app.MapOpenApi();
        return app;
    }

    /// <summary>Builds the server and opens its database, ready to start or to run a verb.</summary>
    /// <exception cref="Core.Crypto.KeyRingException">The key ring does not fit the database.</exception>
    public static async Task<WebApplication> Open(
        string[] settings, Action<WebApplicationBuilder>? adjust = null, CancellationToken cancellation = default)
    {
        var app = Build(settings, adjust);
        await app.Services.GetRequiredService<OpenDatabase>().Run(cancellation);
        return app;
    }
}
