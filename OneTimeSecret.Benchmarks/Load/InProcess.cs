using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Web;

namespace OneTimeSecret.Benchmarks.Load;

/// <summary>Runs the server in this process, on real Kestrel, so that a benchmark can fill its database first.</summary>
internal sealed class InProcess(WebApplication app, string folder) : IAsyncDisposable
{
    public IServiceProvider Services => app.Services;

    public Uri Address => new(app.Urls.First());

    public static async Task<InProcess> Start(params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("ots-load-").FullName;
        var app = await Server.Open(
            ["--urls=http://127.0.0.1:0", $"--Storage:Data={folder}", "--environment=Production", .. settings],
            builder => builder.Logging.ClearProviders());
        await app.StartAsync();
        return new InProcess(app, folder);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
