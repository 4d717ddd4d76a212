using System.Text;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Components;
using OneTimeSecret.Tests.Http;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Logging;

/// <summary>No key, token, passphrase or value is ever logged, whatever log levels are configured.</summary>
public sealed class QuietLoggingTests
{
    private const string Passphrase = "a very own passphrase";
    private const string Value = "the value itself";

    /// <summary>Settings below <c>Logging:</c>, each of which is set to Trace.</summary>
    public static TheoryData<string> Rules() =>
    [
        "LogLevel:Default",
        "LogLevel:Default LogLevel:Microsoft.AspNetCore",
        "Console:LogLevel:Default",
        "Console:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics",
        "LogLevel:Default LogLevel:*AspNetCore.Hosting.Diagnostics LogLevel:Microsoft*Routing.EndpointMiddleware",
        "LogLevel:Default Console:LogLevel:Microsoft Console:LogLevel:Microsoft.AspNetCore.Routing",
    ];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Nothing_secret_is_logged_at_any_level(string rules)
    {
        using var log = new CapturedLog();
        var settings = rules.Split(' ').Append("LogLevel:Microsoft.EntityFrameworkCore").Select(rule => $"--Logging:{rule}=Trace");
        await using var server = await RunningServer.Start(null, log.Attach, [.. settings]);
        var secrets = await WholeFlow(server);

        Assert.Contains(log.Lines, line => line.Contains("Microsoft.EntityFrameworkCore.Database.Command", Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("POST api/v1/secret/{key} 200", Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("A request failed", Ordinal));
        foreach (var secret in secrets)
            Assert.All(log.Lines, line => Assert.DoesNotContain(secret, line, OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Each_request_gets_one_line_with_its_route_and_id()
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(null, log.Attach);
        log.Clear();
        using var answer = await server.Http.Get("/api/v1/private/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        (await server.Send("BREW", "/api/v1/nothing")).Dispose();

        var lines = log.Lines.Where(line => line.Contains("RequestLog", Ordinal)).ToList();
        Assert.Equal(2, lines.Count);
        Assert.Contains(
            $"GET api/v1/private/{{key}} 404 in 0 ms, request {answer.Headers.GetValues("x-request-id").Single()}", lines[0], Ordinal);
        Assert.Contains("(other) /api/v1/{**rest} 404", lines[1], Ordinal);
    }

    [Fact]
    public async Task A_fault_is_logged_with_its_route_and_the_id_that_the_client_sees()
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(null, log.Attach);
        var (key, _) = await server.Share("x");
        await server.Damage();
        using var answer = await server.Post($"/api/v1/secret/{key}");
        Assert.Equal("""{"error":"Internal Server Error"}""", await answer.Content.ReadAsStringAsync());
        Answers.CarriesTheUsualHeaders(answer);
        var id = answer.Headers.GetValues("x-request-id").Single();
        Assert.Contains(
            log.Lines, line => line.StartsWith("Error", Ordinal) && line.Contains(id, Ordinal) && line.Contains("BrokenBox", Ordinal));
        Assert.Contains(log.Lines, line => line.Contains($"POST api/v1/secret/{{key}} 500 in 0 ms, request {id}", Ordinal));
    }

    [Fact]
    public async Task Forwarding_headers_of_an_untrusted_client_are_warned_of_once()
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(null, log.Attach);
        for (var i = 0; i < 3; i++)
            await RawConnection.Exchange(server, RawConnection.Post("/api/v1/generate", "", "X-Forwarded-For: 192.0.2.1\r\n"));
        Assert.Contains(
            "127.0.0.1 sent X-Forwarded-For", Assert.Single(log.Lines, line => line.StartsWith("Warning OneTimeSecret", Ordinal)), Ordinal);
    }

    /// <summary>Sends every kind of request, good and bad. Returns all texts that must not be in the log.</summary>
    private static async Task<List<string>> WholeFlow(RunningServer server)
    {
        using var account = await server.Account("owner@example.com");
        var credentials = account.DefaultRequestHeaders.Authorization!.Parameter!;
        var token = Encoding.UTF8.GetString(Convert.FromBase64String(credentials)).Split(':')[1];

        var made = await Answers.Ok(RunningServer.Post(account, "/api/v1/share", ("secret", Value), ("passphrase", Passphrase)));
        var (key, metadata) = ((string)made["secret_key"]!, (string)made["metadata_key"]!);
        await Answers.Unknown(server.Post($"/api/v1/secret/{key}", ("passphrase", "wrong" + Passphrase)), key);
        await Answers.Unknown(server.Post($"/api/v1/secret/{key}?passphrase=wrong" + Passphrase), key);
        await server.Receipt(metadata);
        Assert.Equal(Value, await server.Reveal(key, Passphrase));
        await Answers.Unknown(server.Post($"/api/v1/secret/{key}"), key);
        var generated = await Answers.Ok(server.Post("/api/v1/generate"));
        await Answers.Ok(server.Post($"/api/v1/private/{generated["metadata_key"]}/burn"));
        (await account.Get("/api/v1/private/recent")).Dispose();

        await Answers.Refused(server.Send("POST", $"/api/v1/share?passphrase={Passphrase}"), "You did not provide anything to share");
        await Answers.Malformed(
            server.Send("POST", "/api/v1/share", new StringContent($"{{\"secret\":\"{Value}\"", Encoding.UTF8, "application/json")));
        await Answers.NoSuchRoute(server.Send("GET", $"/api/v1/secret/{key}"));
        await Answers.NoSuchRoute(server.Send("OPTIONS", $"/api/v1/receipt/{metadata}"));
        (await server.Send("GET", $"/secret/{key}")).Dispose();
        await RawConnection.Exchange(server, RawConnection.Post($"/api/v1/secret/{key}", "zz\r\n", "Transfer-Encoding: chunked\r\n"));
        await RawConnection.Exchange(server, RawConnection.Post($"/api/v1/secret/{key}", "", host: "evil.example.net"));
        await RawConnection.Exchange(server, RawConnection.Post($"/api/v1/secret/{key}", "", $"Authorization: Basic {credentials}x\r\n"));
        await RawConnection.Exchange(server, RawConnection.Post($"/api/v1/secret/{key}%00"));

        var pages = await Pages(server);

        var (damaged, itsMetadata) = await server.Share(Value);
        await server.Damage();
        using var fault = await server.Post($"/api/v1/secret/{damaged}");
        Assert.Equal(500, (int)fault.StatusCode);
        return
        [
            Passphrase, Value, credentials, token, key, metadata, damaged, itsMetadata,
            (string)generated["value"]!, (string)generated["secret_key"]!, (string)generated["metadata_key"]!, .. pages,
        ];
    }

    /// <summary>Does the same with the forms of pages.</summary>
    private static async Task<string[]> Pages(RunningServer server)
    {
        using var sender = await new Reader(server).Open("/");
        await sender.Send(("Input.Secret", Value), ("Input.Passphrase", "abc"));
        await sender.Send(("Input.Secret", Value), ("Input.Passphrase", Passphrase));
        var (receipt, link) = (sender.Path, sender.Text("#link"));
        using var recipient = await new Reader(server).Open(link);
        await recipient.Send(("Passphrase", "wrong" + Passphrase));
        await recipient.Send(("Passphrase", Passphrase));
        Assert.Equal(Value, recipient.Text("#value"));
        await recipient.Open(link);
        await sender.Open(receipt + "/burn");
        (await server.Http.Get(receipt + "/events")).Dispose();

        await sender.Open("/");
        await sender.Send("another", ("Input.Kind", "made"));
        var password = sender.Text("#password");
        await sender.Send();
        (await server.Post(receipt, ("_handler", "lift"), ("__RequestVerificationToken", "x"), ("Passphrase", Passphrase))).Dispose();
        return [receipt.Split('/')[2], link.Split('/')[^1], password, sender.Path.Split('/')[2], sender.Text("#link").Split('/')[^1]];
    }
}
