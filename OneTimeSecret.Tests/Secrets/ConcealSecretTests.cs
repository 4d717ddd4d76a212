using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Secrets;

/// <summary>A secret, its receipt and its mail are created together. A refused request creates none of them.</summary>
public sealed class ConcealSecretTests(ConcealSecretTests.Sender shared) : IClassFixture<ConcealSecretTests.Sender>
{
    private static readonly SecretDraft Plain = new();

    private readonly RunningServer _server = shared.Server;

    [Fact]
    public async Task Secret_receipt_and_mail_are_created_together_and_recorded_in_the_audit_trail()
    {
        var before = await _server.Rows();
        Receipt? receipt = null;
        var left = await _server.Left(async () => receipt = await _server.Mail(shared.Account, "friend@example.com", ttl: 3600));
        var metadata = MetadataKey.Parse(receipt!.MetadataKey)!;
        Assert.Equal([LeftRow.ByOwner(AuditKind.SecretCreated, shared.Account.Id, metadata.Name())], left);
        Assert.Equal((before.Secrets + 1, before.Receipts + 1, before.Mails + 1), await _server.Rows());
        Assert.Equal((3600, 3600, 7200), (receipt.Ttl, receipt.SecretTtl, receipt.ReceiptTtl));
        Assert.Equal((ReceiptState.New, shared.Account.Email), (receipt.State, receipt.OwnerEmail));
        var mail = (await _server.Waiting()).Select(row => row.Open(_server.Get<KeyRing>())).OfType<SecretLinkMail>()
            .Single(mail => string.Equals(mail.SecretKey, receipt.SecretKey, StringComparison.Ordinal));
        Assert.Equal(("friend@example.com", shared.Account.Email), (mail.To, mail.From));
        Assert.Equal("value", (await _server.TryReveal(SecretKey.Parse(receipt.SecretKey)!)).Value());
    }

    [Fact]
    public async Task Stored_secret_with_a_passphrase_accepts_only_that_passphrase()
    {
        var (key, metadata) = await _server.Conceal("value", "right");
        await using var db = _server.Database();
        var stored = await db.Secrets.AsNoTracking().SingleAsync(secret => secret.Id == key.Id);
        var contents = SecretBox.OpenOuter(
            _server.Get<KeyRing>(), new SecretBox.SecretPlace(key.Id, metadata.Id, null, stored.Expires), stored.Box);
        Assert.NotNull(contents.Passphrase);
        Assert.False(contents.Passphrase.Matches(key, "wrong"));
        Assert.True(contents.Passphrase.Matches(key, "right"));
        Assert.True((await _server.Receipt(metadata)).HasPassphrase);
    }

    [Fact]
    public async Task Each_refusal_creates_nothing()
    {
        await _server.OptOut("calm@example.com");
        var before = await _server.Rows();
        var value = "value"u8.ToArray();
        (byte[] Value, SecretDraft Draft, ConcealOutcome Refusal)[] asked =
        [
            ([], Plain, new ConcealOutcome.NothingToShare()),
            (new byte[10_001], Plain, new ConcealOutcome.TooLarge(10_000)),
            (value, new SecretDraft("🔑🔑🔑"), new ConcealOutcome.PassphraseTooShort(4)),
            (value, new SecretDraft(new string('x', 129)), new ConcealOutcome.PassphraseTooLong(128)),
            (value, To("friend@example.com", " no address "), new ConcealOutcome.BadRecipient("no address")),
            (value, To([.. Enumerable.Range(0, 11).Select(i => $"friend{i}@example.com")]), new ConcealOutcome.TooManyRecipients()),
            (value, To("Calm@example.com"), new ConcealOutcome.RecipientOptedOut("calm@example.com")),
        ];
        foreach (var (given, draft, refusal) in asked)
            Assert.Equal(refusal, await Conceal(given, draft, shared.Account));
        foreach (var account in new[] { null, shared.Account with { MayMail = false } })
            Assert.Equal(new ConcealOutcome.AccountRequired(), await Conceal(value, To("friend@example.com"), account));
        Assert.Equal(before, await _server.Rows());
    }

    [Fact]
    public async Task Values_exactly_at_the_limits_are_accepted()
    {
        foreach (var draft in new[] { Plain, new SecretDraft("🔑🔑🔑🔑"), new SecretDraft(new string('x', 128)) })
            Assert.IsType<ConcealOutcome.Concealed>(await Conceal(new byte[10_000], draft, null));
        var ten = Enumerable.Range(0, 10).Select(i => $"friend{i}@example.com");
        var outcome = await Conceal(new byte[1], To([.. ten, "FRIEND9@example.com", " "]), shared.Account);
        Assert.Equal(10, Assert.IsType<ConcealOutcome.Concealed>(outcome).Receipt.Recipients.Count);
    }

    [Fact]
    public async Task Recipients_are_refused_if_the_server_sends_no_mail()
    {
        await using var server = await RunningServer.Start();
        var account = await server.SignedIn("sender@example.com");
        Assert.IsType<ConcealOutcome.MailNotConfigured>(await server.TryMail(account, "friend@example.com"));
        Assert.Equal((0, 0, 0), await server.Rows());
    }

    private static SecretDraft To(params string[] recipients) => new(Recipients: recipients);

    private Task<ConcealOutcome> Conceal(byte[] value, SecretDraft draft, SignedIn? account) =>
        _server.Get<ConcealSecret>().Run(value, draft, Verbs.Somebody with { Account = account }, CancellationToken.None);

    /// <summary>One server that sends mail and one account that may send mail, for all tests of the class.</summary>
    public sealed class Sender : IAsyncLifetime
    {
        internal RunningServer Server { get; private set; } = null!;

        internal SignedIn Account { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Server = await RunningServer.Start(Mails.Settings);
            Account = await Server.SignedIn("sender@example.com");
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
