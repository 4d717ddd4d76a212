using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Clocks;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Tests.Clocks;
using OneTimeSecret.Web;
using OneTimeSecret.Web.Jobs;
using OneTimeSecret.Web.Logging;

namespace OneTimeSecret.Tests;

/// <summary>The whole product on real Kestrel with its own SQLite file. Its clock stands still until a test advances it.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly bool _ownsFolder;
    private readonly CancellationTokenSource _over = new();

    private RunningServer(WebApplication app, SettableClock clock, string folder, bool ownsFolder)
    {
        (_app, System, Folder, _ownsFolder) = (app, clock, folder, ownsFolder);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    /// <summary>Lets time pass.</summary>
    public FakeTimeProvider Clock => System.Passing;

    /// <summary>The clock of the operating system.</summary>
    public SettableClock System { get; }

    public string Folder { get; }

    public HttpClient Http { get; }

    /// <summary>Cancelled when the test ends, before the server stops.</summary>
    public CancellationToken Over => _over.Token;

    public string Origin => Http.BaseAddress!.GetLeftPart(UriPartial.Authority);

    /// <summary>The same server by a host name, because a passkey belongs to a host name and never to an IP address.</summary>
    public string NamedOrigin => $"http://localhost:{Http.BaseAddress!.Port}";

    public static Task<RunningServer> Start(params string[] settings) => Start(null, null, settings);

    /// <summary>Starts a server on <paramref name="folder"/>, or on a new one. <paramref name="adjust"/> can change its services.</summary>
    public static async Task<RunningServer> Start(string? folder, Action<WebApplicationBuilder>? adjust, params string[] settings)
    {
        var data = folder ?? Directory.CreateTempSubdirectory("ots-test-").FullName;
        if (folder is null)
            await MigratedDatabase.CopyTo(data);
        // The reserve for a full disk is as small as it may be for the largest secrets, because each server writes one.
        string[] all =
        [
            "--urls=http://127.0.0.1:0", $"--Storage:Data={data}", "--Storage:ReserveMegabytes=12", "--environment=Production", .. settings,
        ];
        var app = await Server.Open(all, builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddErrorCount();
            builder.AddClock(TimeProvider.System.GetUtcNow());
            builder.Services.AddCheapHashes(settings);
            // Tests run jobs explicitly.
            foreach (var type in (Type[])[typeof(JobServer), typeof(MemoryWatch)])
                builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == type));
            adjust?.Invoke(builder);
        });
        await app.StartAsync();
        // The clock that was registered last, because a test may have registered its own.
        return new RunningServer(app, (SettableClock)app.Services.GetRequiredService<SystemClock>().Source, data, folder is null);
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>The database, for tests to read and change.</summary>
    public OtsDbContext Database()
    {
        var db = Get<IDbContextFactory<OtsDbContext>>().CreateDbContext();
        db.Write = new Write(); // lets tests write rows directly
        return db;
    }

    /// <summary>Creates an account and a token, and returns an HTTP client that sends them.</summary>
    public async Task<HttpClient> Account(string email, TokenScopes scopes = TokenScopes.All)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AddAccount>().Run(email, "a long enough password");
        var token = await Get<AddToken>().Run(email, "test", scopes, null, CancellationToken.None);
        var http = new HttpClient { BaseAddress = Http.BaseAddress };
        http.DefaultRequestHeaders.Authorization = Basic(email, token);
        return http;
    }

    public static AuthenticationHeaderValue Basic(string email, string token) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{email}:{token}")));

    public Task<HttpResponseMessage> Post(string path, params (string Name, string Value)[] fields) => Post(Http, path, fields);

    public static Task<HttpResponseMessage> Post(HttpClient http, string path, params (string Name, string Value)[] fields) =>
        http.PostAsync(
            new Uri(path, UriKind.Relative), new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))));

    /// <summary>Creates a secret over the API.</summary>
    public async Task<(string SecretKey, string MetadataKey)> Share(string secret, params (string Name, string Value)[] more)
    {
        var receipt = await Json(await Post("/api/v1/share", [("secret", secret), .. more]));
        return ((string)receipt["secret_key"]!, (string)receipt["metadata_key"]!);
    }

    /// <summary>Reveals a secret over the API. Returns the value, or null if it was refused.</summary>
    public async Task<string?> Reveal(string secretKey, string passphrase = "")
    {
        using var answer = await Post($"/api/v1/secret/{secretKey}", ("passphrase", passphrase));
        return answer.IsSuccessStatusCode ? (string)(await Json(answer))["value"]! : null;
    }

    public async Task<JsonObject> Receipt(string metadataKey) =>
        await Json(await Http.GetAsync(new Uri($"/api/v1/private/{metadataKey}", UriKind.Relative)));

    public static async Task<JsonObject> Json(HttpResponseMessage answer)
    {
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        return (await answer.Content.ReadFromJsonAsync<JsonObject>(JsonSerializerOptions.Default))!;
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _over.Dispose();
        if (_ownsFolder)
            Directory.Delete(Folder, recursive: true);
    }
}
