using System.Globalization;
using System.Net;
using OneTimeSecret.Core;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Accounts.SignIn;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Components;

namespace OneTimeSecret.Tests.Http;

/// <summary>
/// Slow hashes are shared fairly (docs/adr/0012): a flood gets 503 itself, and nobody else does. The tests hold the only slot for hashes,
/// so that they decide when the first waiting request continues.
/// </summary>
public sealed class HashingFloodTests
{
    private const string Passphrase = "long enough";
    private const string Client = "198.51.100.7";

    [Theory]
    [InlineData("203.0.113.5", 16)] // one address
    [InlineData("2001:db8:1:1::{0}", 16)] // addresses of one /64
    [InlineData("2001:db8:1:{0}::1", 32)] // of one /48
    [InlineData("203.0.113.{0}", 32)] // of one IPv4 /24
    public async Task A_flood_of_creates_gets_503_and_other_clients_do_not(string addresses, int share)
    {
        await using var server = await Start();
        await server.AddAccount();
        var revealed = await server.Share("revealed", ("passphrase", Passphrase));
        var burned = await server.Share("burned", ("passphrase", Passphrase));
        using var reader = new Reader(server);
        reader.Headers.Add("X-Forwarded-For", Client);
        await reader.Open("/signin");

        var gate = server.Get<HashingGate>();
        List<Task<HttpResponseMessage>> flood, others;
        Task signIn;
        using (await server.HashingSlot())
        {
            flood = [.. Enumerable.Range(1, 80).Select(
                i => Create(server, string.Format(CultureInfo.InvariantCulture, addresses, i)))];
            await Verbs.Until(() => flood.Count(answer => answer.IsCompleted) + gate.Waiting == flood.Count);
            others =
            [
                Create(server, Client),
                Post(server, Client, $"/api/v1/secret/{revealed.SecretKey}"),
                Post(server, Client, $"/api/v1/private/{burned.MetadataKey}/burn"),
            ];
            signIn = reader.Send(("Input.Email", People.Email), ("Input.Password", People.Password));
            await Verbs.Until(() => gate.Waiting == share + 4 || others.Append(signIn).Any(answer => answer.IsCompleted));
        }
        foreach (var answer in others)
            await Answers.Ok(answer);
        await signIn;
        Assert.True(reader.IsSignedIn());

        var refused = (await Task.WhenAll(flood)).Where(answer => answer.StatusCode != HttpStatusCode.OK).ToList();
        Assert.Equal(flood.Count - share, refused.Count);
        foreach (var answer in refused)
            await Answers.Busy(Task.FromResult(answer));
        Assert.Equal(0, gate.Waiting);
    }

    [Fact]
    public async Task Many_networks_that_fill_the_queue_make_room_for_one_more_and_cannot_refuse_a_sign_in()
    {
        await using var server = await Start();
        await server.AddAccount();
        var gate = server.Get<HashingGate>();
        List<Task<HttpResponseMessage>> flood;
        Task<HttpResponseMessage> other;
        Task<SignInOutcome> signIn;
        using (await server.HashingSlot())
        {
            flood = [.. Enumerable.Range(0, 80).Select(i => Create(server, $"203.0.{i % 8}.1"))]; // ten creates of each of eight networks
            await Verbs.Until(() => flood.Count(answer => answer.IsCompleted) + gate.Waiting == flood.Count);
            Assert.Equal(64, gate.Waiting);
            other = Create(server, Client);
            signIn = server.Try(People.Password, client: Client);
            await Verbs.Until(() =>
                (gate.Waiting == 65 && flood.Count(answer => answer.IsCompleted) == 17) || other.IsCompleted || signIn.IsCompleted);
        }
        await Answers.Ok(other);
        Assert.IsType<SignInOutcome.Right>(await signIn);
        Assert.Equal(17, (await Task.WhenAll(flood)).Count(answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable));
    }

    [Fact]
    public async Task A_flood_of_sign_ins_from_one_client_refuses_no_other_sign_in()
    {
        await using var server = await Start();
        await server.AddAccount();
        var gate = server.Get<HashingGate>();
        List<Task<SignInOutcome>> flood;
        Task<SignInOutcome> other;
        using (await server.HashingSlot())
        {
            flood = [.. Enumerable.Range(0, 80).Select(i => server.Try("a guess", $"{i}@example.com", "203.0.113.5"))];
            await Verbs.Until(() => flood.Count(outcome => outcome.IsCompleted) + gate.Waiting == flood.Count);
            other = server.Try(People.Password, client: Client);
            await Verbs.Until(() => gate.Waiting == 17 || other.IsCompleted);
        }
        Assert.IsType<SignInOutcome.Right>(await other);
        var refused = 0;
        foreach (var outcome in flood)
        {
            try
            {
                Assert.IsType<SignInOutcome.Wrong>(await outcome);
            }
            catch (ServerBusyException)
            {
                refused++;
            }
        }
        Assert.Equal(64, refused);
    }

    [Fact]
    public async Task Requests_that_are_aborted_free_their_places_at_once()
    {
        await using var server = await Start();
        var gate = server.Get<HashingGate>();
        using var slot = await server.HashingSlot();
        for (var round = 0; round < 2; round++)
        {
            using var abort = new CancellationTokenSource();
            var waiting = Enumerable.Range(0, 16).Select(_ => Create(server, Client, abort.Token)).ToList();
            await Verbs.Until(() => gate.Waiting == 16);
            var refused = Create(server, Client); // the client's share is full
            await Verbs.Until(() => refused.IsCompleted || gate.Waiting > 16);
            Assert.Equal(16, gate.Waiting);
            await Answers.Busy(refused);
            await abort.CancelAsync();
            await Verbs.Until(() => gate.Waiting == 0);
            Assert.All(waiting, request => Assert.False(request.IsCompletedSuccessfully));
        }
    }

    private static Task<RunningServer> Start() =>
        RunningServer.Start("--Passphrases:Concurrency=1", "--Site:TrustedProxies=127.0.0.1");

    private static Task<HttpResponseMessage> Create(RunningServer server, string client, CancellationToken cancellation = default) =>
        Post(server, client, "/api/v1/share", cancellation, ("secret", "a value"));

    private static Task<HttpResponseMessage> Post(RunningServer server, string client, string path) => Post(server, client, path, default);

    private static Task<HttpResponseMessage> Post(
        RunningServer server, string client, string path, CancellationToken cancellation, params (string Name, string Value)[] fields)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new FormUrlEncodedContent(
                fields.Append(("passphrase", Passphrase)).Select(field => KeyValuePair.Create(field.Item1, field.Item2))),
        };
        request.Headers.Add("X-Forwarded-For", client);
        return server.Http.SendAsync(request, cancellation);
    }
}
