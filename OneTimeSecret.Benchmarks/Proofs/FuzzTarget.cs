using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Tests.Http;
using OneTimeSecret.Web;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>
/// What the fuzz aims at: every endpoint of the server, sessions of an owner and of an administrator, and secrets that no request earns.
/// </summary>
internal sealed class FuzzTarget(IReadOnlyList<SweptEndpoint> endpoints)
{
    public const string Owner = "owner@example.com";
    private const string Admin = "admin@example.com";
    private const int Planted = 50;

    /// <summary>Sessions: nobody's, the owner's, the administrator's. Each is a Cookie header and a token of its forms.</summary>
    private volatile (string Cookies, string Token)[] _sessions = [("", ""), ("", ""), ("", "")];

    public IReadOnlyList<SweptEndpoint> Api { get; } = [.. endpoints.Where(endpoint => endpoint.IsApi)];

    public IReadOnlyList<SweptEndpoint> Others { get; } = [.. endpoints.Where(endpoint => !endpoint.IsApi)];

    public IReadOnlyList<(string Cookies, string Token)> Sessions => _sessions;

    /// <summary>Secrets without a passphrase. The fuzz uses their keys only where they disclose nothing: in GET, HEAD and so on.</summary>
    public IReadOnlyList<Entry> Open { get; private set; } = [];

    /// <summary>Secrets with a passphrase that the fuzz never sends.</summary>
    public IReadOnlyList<Entry> Guarded { get; private set; } = [];

    /// <summary>Reads the endpoints from a server on a new data folder, which is opened and not started, and makes two accounts.</summary>
    public static async Task<FuzzTarget> Prepare(string folder)
    {
        await using var app = await Server.Open(
            [$"--Storage:Data={folder}", "--environment=Production"], builder => builder.Logging.ClearProviders());
        await using var scope = app.Services.CreateAsyncScope();
        foreach (var email in (string[])[Owner, Admin])
            await scope.ServiceProvider.GetRequiredService<AddAccount>().Run(email, Visitor.Password);
        await scope.ServiceProvider.GetRequiredService<GrantAdmin>().Run(Admin, CancellationToken.None);
        // A server that has not started keeps its endpoints here only.
        using var endpoints = new CompositeEndpointDataSource(((IEndpointRouteBuilder)app).DataSources);
        return new FuzzTarget(SweptEndpoint.All(endpoints));
    }

    public async Task Plant(Uri server, Books books)
    {
        Open = await books.Create(server, Planted);
        using var peer = new ApiPeer(server);
        var guarded = new List<Entry>();
        for (var i = 0; i < Planted / 10; i++)
        {
            guarded.Add(books.Open(0, "a-passphrase-that-no-request-has"));
            guarded[i].Created(await peer.Share(guarded[i].Value, guarded[i].Passphrase));
        }
        Guarded = guarded;
    }

    /// <summary>Signs in anew, because requests of the fuzz may have ended the sessions.</summary>
    public async Task SignIn(Uri server)
    {
        var sessions = new List<(string, string)>();
        foreach (var email in (string?[])[null, Owner, Admin])
        {
            using var visitor = new Visitor(server);
            await visitor.Open("/signin");
            if (email is not null)
            {
                await visitor.SignIn(email);
                await visitor.Open("/account");
            }
            sessions.Add((visitor.Cookies, visitor.Token));
        }
        _sessions = [.. sessions];
    }
}
