using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Tokens;

/// <summary>The owner of an account or the operator makes tokens.</summary>
public sealed class AddTokenTests(MailingServer shared) : IClassFixture<MailingServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task New_token_works_and_is_reported_to_the_owner_and_in_the_audit_trail()
    {
        var owner = await Server.AddAccount();
        var expires = Server.Clock.GetUtcNow().AddDays(1);
        AddTokenOutcome? outcome = null;
        await Server.Leaves(
            async () => outcome = await Add(owner.Id, "laptop", TokenScopes.Reveal, expires),
            LeftRow.ByOwner(AuditKind.TokenMade, owner.Id, $"{owner.Id}", "laptop"));
        var made = Assert.IsType<AddTokenOutcome.Made>(outcome);
        Assert.Matches("^ots_[0-9A-Za-z]{40}$", made.Token);
        Assert.DoesNotContain(made.Token, $"{made}", StringComparison.Ordinal);
        var stored = Assert.Single(await List(owner.Id));
        Assert.Equal(("laptop", TokenScopes.Reveal), (stored.Name, stored.Scopes));
        Assert.Equal(expires, stored.Expires!.Value, TimeSpan.FromSeconds(1));
        Assert.Equal([AccountEvent.TokenMade], await Server.Notices());
        Assert.NotNull(await Server.AccountOf(People.Email, made.Token));
    }

    [Fact]
    public async Task Bad_name_missing_scope_past_expiry_and_unknown_account_are_refused()
    {
        var owner = await Server.AddAccount("refused@example.com");
        var now = Server.Clock.GetUtcNow();
        await Server.Leaves(async () =>
        {
            foreach (var name in (string[])["", " ", "two\nlines", new string('x', AddToken.MaxNameLength + 1)])
                Assert.Equal(new AddTokenOutcome.BadName(AddToken.MaxNameLength), await Add(owner.Id, name));
            Assert.IsType<AddTokenOutcome.NoScope>(await Add(owner.Id, "x", TokenScopes.None));
            Assert.IsType<AddTokenOutcome.Past>(await Add(owner.Id, "x", TokenScopes.All, now));
            Assert.IsType<AddTokenOutcome.NoAccount>(await Add(Guid.NewGuid(), "x"));
        });
        Assert.Empty(await List(owner.Id));
        await Server.Close(owner.Id);
        Assert.IsType<AddTokenOutcome.NoAccount>(await Add(owner.Id, "x"));
    }

    [Fact]
    public async Task Token_name_is_unique_within_an_account_even_with_parallel_requests()
    {
        var (owner, other) = (await Server.AddAccount("names@example.com"), await Server.AddAccount("other@example.com"));
        var outcomes = await Server.Race(3, _ => Add(owner.Id, "laptop"));
        Assert.Single(outcomes.OfType<AddTokenOutcome.Made>());
        Assert.Equal(2, outcomes.OfType<AddTokenOutcome.NameTaken>().Count());
        Assert.IsType<AddTokenOutcome.Made>(await Add(other.Id, "laptop"));
    }

    [Fact]
    public async Task Account_has_at_most_a_hundred_tokens_even_with_parallel_requests()
    {
        var owner = await Server.AddAccount("many@example.com");
        var outcomes = await Server.Race(AddToken.MaxTokens + 2, i => Add(owner.Id, $"{i}"));
        Assert.Equal(AddToken.MaxTokens, outcomes.OfType<AddTokenOutcome.Made>().Count());
        Assert.All(
            outcomes.Where(outcome => outcome is not AddTokenOutcome.Made),
            outcome => Assert.Equal(new AddTokenOutcome.TooMany(AddToken.MaxTokens), outcome));
        Assert.Equal(AddToken.MaxTokens, (await List(owner.Id)).Count);
        Assert.Contains("revoke one first", await Refusal("many@example.com", "more"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operator_makes_a_token_without_a_notice_and_gets_a_reason_for_each_refusal()
    {
        var owner = await Server.AddAccount("operated@example.com");
        await Server.Leaves(
            () => ByOperator("Operated@Example.com", "robot"), LeftRow.ByOperator(AuditKind.TokenMade, $"{owner.Id}", "robot"));
        Assert.Empty(await Server.Notices("operated@example.com"));
        Assert.Contains("There is no account", await Refusal("nobody@example.com", "robot"), StringComparison.Ordinal);
        Assert.Contains("has a token named 'robot' already", await Refusal("operated@example.com", "robot"), StringComparison.Ordinal);
        Assert.Contains("1 to 100 characters", await Refusal("operated@example.com", ""), StringComparison.Ordinal);
        Assert.Contains("give it a scope", await Refusal("operated@example.com", "x", TokenScopes.None), StringComparison.Ordinal);
        var ended = await Assert.ThrowsAsync<AccountException>(() => Server.Get<AddToken>().Run(
            "operated@example.com", "x", TokenScopes.All, TimeSpan.FromSeconds(-1), CancellationToken.None));
        Assert.Contains("longer life", ended.Message, StringComparison.Ordinal);
        Assert.Single(await List(owner.Id));
    }

    private Task<AddTokenOutcome> Add(
        Guid accountId, string name, TokenScopes scopes = TokenScopes.All, DateTimeOffset? expires = null) =>
        Server.Get<AddToken>().Run(accountId, name, scopes, expires, People.Somewhere, CancellationToken.None);

    private Task<string> ByOperator(string email, string name, TokenScopes scopes = TokenScopes.All) =>
        Server.Get<AddToken>().Run(email, name, scopes, null, CancellationToken.None);

    private async Task<string> Refusal(string email, string name, TokenScopes scopes = TokenScopes.All) =>
        (await Assert.ThrowsAsync<AccountException>(() => ByOperator(email, name, scopes))).Message;

    private Task<IReadOnlyList<ApiToken>> List(Guid accountId) => Server.Get<ListTokens>().Run(accountId, CancellationToken.None);
}
