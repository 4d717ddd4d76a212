using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Copies;
using OneTimeSecret.Core.Generations;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Retries;
using OneTimeSecret.Core.Statistics;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Accounts.SignIn;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Copies;

/// <summary>An older copy of the database is not served, and what the operator decides about it is done.</summary>
public sealed class AcceptRestoreTests : IDisposable
{
    private readonly Yesterday _data = new();

    private static CancellationToken None => CancellationToken.None;

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData(true, true), InlineData(true, false), InlineData(false, true), InlineData(false, false)]
    public async Task Restored_copy_is_not_served_and_reveals_nothing_twice_once_it_is_accepted(bool hasHead, bool audit)
    {
        string[] settings = audit ? [] : ["--Audit:Enabled=false"];
        var (revealed, burned, unread) = await Restored(hasHead, settings);
        var refusal = await _data.Refusal(settings);
        Assert.Contains("may be an older copy".Replace("may be", hasHead ? "is" : "may be", StringComparison.Ordinal), refusal?.Message,
            StringComparison.Ordinal);
        Assert.Contains("`restore accept --revive`", refusal!.Message, StringComparison.Ordinal);
        await _data.Served(
            async server =>
            {
                await Assert.ThrowsAsync<RestoredCopyException>(() => server.TryReveal(revealed.Key));
                Assert.Equal(3, (await Accept(server, revive: false))!.Secrets);
                foreach (var (key, metadata) in new[] { revealed, burned, unread })
                {
                    Assert.Null((await server.TryReveal(key)).Value());
                    Assert.Equal(ReceiptState.Orphaned, (await server.Receipt(metadata)).State);
                }
                Assert.Null(await Accept(server, revive: false)); // it is current now
            },
            settings);
        Assert.Null(await _data.Refusal(settings));
    }

    [Fact]
    public async Task Revived_copy_keeps_everything_so_revealed_secrets_can_be_revealed_again()
    {
        var (revealed, _, unread) = await Restored(hasHead: true);
        await _data.Served(async server =>
        {
            Assert.Equal(new AcceptedRestore(), await Accept(server, revive: true));
            Assert.Equal("revealed", (await server.TryReveal(revealed.Key)).Value());
            Assert.Equal(ReceiptState.New, (await server.Receipt(unread.Metadata)).State);
        });
        Assert.Null(await _data.Refusal());
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Accepting_drops_answers_that_were_kept_when_the_copy_was_made(bool revive)
    {
        const string On = "--Secrets:RetrySeconds=600";
        var (key, mine) = await _data.Served(
            async server =>
            {
                var (key, mine) = ((await server.Conceal("value")).Key, Verbs.Proof());
                Assert.Equal("value", (await server.TryRevealWith(key, mine)).Value());
                return (key, mine);
            },
            On);
        _data.Copy();
        await _data.Served(async server => await server.TryReveal((await server.Conceal("another")).Key));
        _data.PutBack();
        await _data.Served(
            async server =>
            {
                await Accept(server, revive);
                Assert.Null((await server.TryRevealWith(key, mine)).Value());
                await using var db = server.Database();
                Assert.Empty(db.KeptAnswers);
            },
            On);
    }

    [Fact]
    public async Task Accepting_destroys_secrets_too_that_a_wrong_clock_takes_for_expired()
    {
        await Restored(hasHead: true);
        await _data.Served(async server =>
        {
            server.Clock.Advance(TimeSpan.FromDays(30));
            Assert.NotEqual(0, (await Accept(server, revive: false))?.Secrets);
            await using var db = server.Database();
            Assert.Empty(db.Secrets);
        });
    }

    [Fact]
    public async Task Nothing_is_accepted_while_the_generation_file_cannot_be_replaced()
    {
        await Restored(hasHead: false);
        File.CreateSymbolicLink(_data.Head, Path.Combine(_data.Folder, "nowhere"));
        await _data.Served(async server =>
        {
            await Assert.ThrowsAsync<IOException>(() => Accept(server, revive: false));
            await using var db = server.Database();
            Assert.Equal(3, db.Secrets.Count());
        });
        Assert.NotNull(await _data.Refusal());
    }

    [Fact]
    public async Task Database_that_was_replaced_by_an_accepted_copy_is_refused_in_its_turn()
    {
        await Restored(hasHead: false);
        await _data.Served(server => Accept(server, revive: false));
        _data.PutBack(); // the same copy again
        Assert.Contains("belongs to another database", (await _data.Refusal())?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accepting_ends_sessions_tokens_links_codes_passkeys_passwords_and_queued_mails()
    {
        await _data.Served(
            async server =>
            {
                var (owner, key, codes) = await server.AddAccountWithApp();
                using var reader = await server.SignIn();
                await reader.SendCode(server.Code(key));
                Assert.True((await reader.Open("/")).IsSignedIn());
                var token = await server.Get<AddToken>().Run(People.Email, "laptop", TokenScopes.All, null, None);
                await server.AddPasskey(owner.Id, [1, 2, 3]);
                var (_, link) = await server.With<LinkAccount, (string, string)>(make => make.Run(People.Email, None));
                await server.Mail(await server.StoredOwner(), "recipient@example.com");
                server.NextCode();
                var code = server.Code(key);

                File.Delete(_data.Head);
                var ended = await Reopened(server, People.Mails);
                Assert.Equal((1, 2, 1, 1), (ended.Secrets, ended.Sessions, ended.Tokens, ended.Passwords));
                Assert.True(ended.Mails > 0);

                Assert.False((await reader.Open("/")).IsSignedIn());
                Assert.Null(await server.AccountOf(People.Email, token));
                Assert.IsType<SignInOutcome.Wrong>(await server.Try(People.Password));
                Assert.False(await server.With<SetPassword, bool>(set => set.Opens(People.Email, link)));
                Assert.IsType<CodeOutcome.Wrong>(await server.GiveCode(owner.Id, code));
                Assert.IsType<CodeOutcome.Wrong>(await server.GiveCode(owner.Id, codes[0]));
                Assert.Empty(await server.Get<Passkeys>().List(owner.Id, None));
                Assert.Empty(await server.Waiting());
                Assert.All(await server.Stored(), mail => Assert.Equal(MailState.Failed, mail.State));
                Assert.Equal(new Tally(), await Live(server));

                // The owner signs in again by a link, and with the same app.
                var (_, next) = await server.With<LinkAccount, (string, string)>(make => make.Run(People.Email, None));
                await server.With<SetPassword, SetPasswordOutcome>(
                    set => set.Run(People.Email, next, "another long password", People.Somewhere, None));
                Assert.IsType<SignInOutcome.Right>(await server.Try("another long password"));
                server.NextCode();
                Assert.IsType<CodeOutcome.Right>(await server.GiveCode(owner.Id, server.Code(key)));
            },
            People.Mails);
    }

    /// <summary>Accepts the database of the folder in a second process, as the verb does.</summary>
    private async Task<AcceptedRestore> Reopened(RunningServer server, string[] settings)
    {
        await using var verb = await RunningServer.Start(
            _data.Folder, builder => builder.Services.AddSingleton<TimeProvider>(server.Clock), settings);
        return (await Accept(verb, revive: false))!;
    }

    /// <summary>Makes three secrets and a copy, reveals one secret, burns one, and puts the copy back.</summary>
    private async Task<(Secret Revealed, Secret Burned, Secret Unread)> Restored(bool hasHead, params string[] settings)
    {
        var secrets = await _data.Served(
            async server => (await Conceal(server, "revealed"), await Conceal(server, "burned"), await Conceal(server, "unread")),
            settings);
        _data.Copy();
        await _data.Served(
            async server =>
            {
                Assert.Equal("revealed", (await server.TryReveal(secrets.Item1.Key)).Value());
                await server.TryBurn(secrets.Item2.Metadata);
            },
            settings);
        _data.PutBack();
        if (!hasHead)
            File.Delete(_data.Head);
        return secrets;
    }

    private static async Task<Secret> Conceal(RunningServer server, string value)
    {
        var (key, metadata) = await server.Conceal(value);
        return new Secret(key, metadata);
    }

    private static Task<AcceptedRestore?> Accept(RunningServer server, bool revive) => server.Get<AcceptRestore>().Run(revive, None);

    private static async Task<Tally> Live(RunningServer server)
    {
        await using var db = server.Database();
        return await Tally.Live(db, None);
    }

    private sealed record Secret(Core.Crypto.SecretKey Key, Core.Crypto.MetadataKey Metadata);
}
