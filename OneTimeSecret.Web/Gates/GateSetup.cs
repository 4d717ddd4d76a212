using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Web.Gates;

/// <summary>Configures what bounds the memory of connections and requests (docs/adr/0013).</summary>
internal static class GateSetup
{
    /// <summary>For all headers of a request, from its first byte on.</summary>
    private static readonly TimeSpan OfHeaders = TimeSpan.FromSeconds(10);

    /// <summary>
    /// In bytes. Old clients send everything in the query string, where 10 000 bytes take up to 30 000 characters. The server must be able
    /// to hold a whole request line, and reads no further ahead of the program.
    /// </summary>
    private const int RequestLine = 64 * 1024;

    /// <summary>Of a connection of HTTP/2. A page has fewer files, and each stream may hold headers of 32 kB.</summary>
    private const int Streams = 32;

    public static void AddGates(this IServiceCollection services)
    {
        services.AddSingleton<LastSeconds>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = LastSeconds.OfAll);
        services.AddSingleton<ConnectionGate>();
        services.AddSingleton(provider => TurnGate.Turns(provider.GetRequiredService<TimeProvider>()));
        services.AddOptions<KestrelServerOptions>().Configure<ConnectionGate, LastSeconds>((kestrel, gate, last) =>
        {
            kestrel.ConfigureEndpointDefaults(endpoint =>
            {
                endpoint.Use(next => connection => gate.Serve(connection, next));
                endpoint.Use(next => connection => last.Serve(connection, next));
            });
            kestrel.Limits.RequestHeadersTimeout = OfHeaders;
            kestrel.Limits.MaxRequestLineSize = RequestLine;
            kestrel.Limits.MaxRequestBufferSize = RequestLine;
            kestrel.Limits.MaxRequestBodySize = BodyLength.Most;
            kestrel.Limits.Http2.MaxStreamsPerConnection = Streams;
            kestrel.Limits.Http2.InitialConnectionWindowSize = RequestLine;
            kestrel.Limits.Http2.InitialStreamWindowSize = RequestLine;
        });
        // The framework's form reader (for pages only) writes larger parts to temporary files. These limits refuse such forms first.
        services.AddOptions<FormOptions>().Configure<IOptions<SecretOptions>>((form, secrets) =>
        {
            var length = BodyLength.OfForm(secrets.Value);
            form.MultipartBodyLengthLimit = length;
            form.MemoryBufferThreshold = length + 1;
            form.BufferBodyLengthLimit = length;
            form.ValueLengthLimit = length;
            form.ValueCountLimit = 64;
        });
    }

    /// <summary>Adds the gates that every request passes, before the server reads its account or its body.</summary>
    public static void UseGates(this WebApplication app)
    {
        app.UseMiddleware<RequestGate>();
        app.UseMiddleware<TurnGate>();
        app.UseMiddleware<BodyGate>();
    }
}
