using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Tests.Mail;

/// <summary>Mails of a running server, without HTTP.</summary>
internal static class Mails
{
    /// <summary>The settings of a server that sends mail.</summary>
    public static readonly string[] Settings = ["--Mail:Transport=Pickup", "--Site:PublicUrl=https://secrets.example.com"];

    /// <summary>The same for tests with a Reader, whose cookies are sent over plain HTTP.</summary>
    public static readonly string[] OnLocalhost = ["--Mail:Transport=Pickup", "--Site:PublicUrl=http://127.0.0.1"];

    public static Task<ConcealOutcome> TryMail(this RunningServer server, SignedIn account, string recipient, long? ttl = null) =>
        server.Get<ConcealSecret>().Run(
            "value"u8.ToArray(), new SecretDraft(Ttl: ttl, Recipients: [recipient]), Verbs.Somebody with { Account = account },
            CancellationToken.None);

    public static async Task<Receipt> Mail(this RunningServer server, SignedIn account, string recipient, long? ttl = null) =>
        Assert.IsType<ConcealOutcome.Concealed>(await server.TryMail(account, recipient, ttl)).Receipt;

    public static async Task OptOut(this RunningServer server, string address)
    {
        await using var db = server.Database();
        db.OptOuts.Add(new OptOut
        {
            RecipientHash = EmailAddress.Parse(address)!.Hash(server.Get<KeyRing>()), Created = server.Clock.GetUtcNow(),
        });
        await db.SaveChangesAsync();
    }

    public static async Task<List<StoredMail>> Stored(this RunningServer server)
    {
        await using var db = server.Database();
        return await db.Mails.AsNoTracking().OrderBy(mail => mail.Created).ThenBy(mail => mail.Id).ToListAsync();
    }

    public static async Task<List<OutboxMail>> Waiting(this RunningServer server)
    {
        await using var db = server.Database();
        return await db.Outbox.AsNoTracking().ToListAsync();
    }
}
