namespace OneTimeSecret.Tests.Api.V1;

/// <summary>docs/contract.md, Order of checks: each request breaks two rules, and the answer names the first of them.</summary>
public sealed class OrderOfChecksTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly (string, string) ShortPassphrase = ("passphrase", "abc");

    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Credentials_are_checked_before_the_rate_limit()
    {
        await using var server = await RunningServer.Start("--Limits:Creates=1");
        await Answers.Ok(server.Post("/api/v1/generate"));
        server.Http.DefaultRequestHeaders.Authorization = RunningServer.Basic("nobody@example.com", "x");
        await Answers.NotAuthorized(server.Post("/api/v1/generate"));
    }

    [Fact]
    public async Task The_rate_limit_is_checked_before_the_format()
    {
        await using var server = await RunningServer.Start("--Limits:Creates=1");
        await Answers.Malformed(server.Send("POST", "/api/v1/share", Json("{")));
        await Answers.RateLimited(server.Send("POST", "/api/v1/share", Json("{")));
    }

    [Fact]
    public Task The_format_is_checked_before_the_presence_of_a_secret() =>
        Answers.Malformed(Server.Send("POST", "/api/v1/share", Json("""{"ttl":{}}""")));

    [Fact]
    public Task The_presence_of_a_secret_is_checked_before_the_passphrase() =>
        Answers.Refused(Server.Post("/api/v1/share", ShortPassphrase), "You did not provide anything to share");

    [Fact]
    public Task The_size_of_the_secret_is_checked_before_the_passphrase() =>
        Answers.Refused(
            Server.Post("/api/v1/share", ("secret", new string('x', 10_001)), ShortPassphrase),
            "Secret value exceeds the maximum size of 10000 bytes");

    [Fact]
    public Task The_passphrase_is_checked_before_the_recipient() =>
        Answers.Refused(
            Server.Post("/api/v1/share", ("secret", "x"), ShortPassphrase, ("recipient", "nonsense")),
            "Passphrase must be at least 4 characters long");

    [Fact]
    public Task The_account_is_checked_before_the_address_of_the_recipient() =>
        Answers.Refused(Server.Post("/api/v1/share", ("secret", "x"), ("recipient", "nonsense")), "An account is required to send emails.");

    [Fact]
    public async Task The_address_of_the_recipient_is_checked_before_the_mail_settings()
    {
        using var account = await Server.Account("order@example.com");
        await Answers.Refused(
            RunningServer.Post(
                account, "/api/v1/share", ("secret", "x"), ("recipient", "nonsense")), "Undeliverable email address: nonsense");
        await Answers.Refused(
            RunningServer.Post(
                account, "/api/v1/share", ("secret", "x"), ("recipient", "a@example.com")), "This server does not send email.");
    }

    [Fact]
    public Task The_length_of_the_password_is_checked_before_the_passphrase() =>
        Answers.Refused(
            Server.Post("/api/v1/generate", ("length", "0"), ShortPassphrase), "Generated password length must be at least 1 character");

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");
}
