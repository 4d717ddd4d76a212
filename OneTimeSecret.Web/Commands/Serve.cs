using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.SignUp;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Web.Configuration;
using OneTimeSecret.Web.Http;
using OneTimeSecret.Web.Logging;

namespace OneTimeSecret.Web.Commands;

/// <summary>Runs the server, when the command line names no verb: opens the database and serves until a stop signal.</summary>
internal static class Serve
{
    public static async Task<int> Run(string[] settings, CancellationToken cancellation)
    {
        await using var app = await Server.Open(settings, serves: true, cancellation: cancellation);
        await app.Services.GetRequiredService<CheckAddresses>().Run(cancellation);
        var isFirst = !await app.Services.GetRequiredService<HasAccounts>().Run(cancellation);
        app.Lifetime.ApplicationStarted.Register(() => Greet(app, isFirst));
        await Start(app, cancellation);
        await app.WaitForShutdownAsync(cancellation);
        return 0;
    }

    private static async Task Start(WebApplication app, CancellationToken cancellation)
    {
        var hostLog = app.Services.GetRequiredService<HostLog>();
        hostLog.IsHeldBack = true; // a failed start is reported once, without a stack trace
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (Exception fault) when (ListenFault.Explain(fault, app.Configuration) is { } sentence)
        {
            throw new CommandException(sentence);
        }
        finally
        {
            hostLog.IsHeldBack = false;
        }
    }

    private static void Greet(WebApplication app, bool isFirst)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("OneTimeSecret");
        var folder = app.Services.GetRequiredService<DataFolder>();
        log.LogInformation("OneTimeSecret {Version} has started", ProductVersion.Text);
        log.LogInformation("The data is in {Folder}, the key ring is {KeyRing}: back up both, in separate places",
            folder.Path, folder.KeyRing.Path);
        log.LogInformation("The server accepts requests for the hosts {Hosts}{Hint}",
            string.Join(", ", app.Services.GetRequiredService<PublicOrigin>().AllowedHosts.Distinct(StringComparer.OrdinalIgnoreCase)),
            app.Services.GetRequiredService<IOptions<SiteOptions>>().Value.PublicUrl is null
                ? "; set Site:PublicUrl to the address that people use"
                : "");
        if (app.Services.GetRequiredService<IOptions<MailOptions>>().Value.Sends())
            log.LogInformation("Mail goes to {Destination}; test it with: mail test ADDRESS", MailCommands.Destination(app.Services));
        log.LogInformation("Try it: curl -d secret=hello {Url}/api/v1/share", app.Urls.FirstOrDefault());
        if (isFirst)
            log.LogInformation("There are no accounts yet. Create the first administrator with: {Commands}", string.Join(
                " && ", app.Services.GetRequiredService<FirstCommands>().For("you@example.com", app.Urls.FirstOrDefault() ?? "")));
    }
}
