using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Mail;

/// <summary>The pickup folder of a running server.</summary>
internal static class PickupFolder
{
    public static string[] MailFiles(this RunningServer server) =>
        server.Get<DataFolder>().Mail is var folder && Directory.Exists(folder) ? Directory.GetFiles(folder) : [];

    /// <summary>Creates a secret with a recipient, and writes its mail.</summary>
    public static async Task<Receipt> MailToFile(this RunningServer server, SignedIn sender)
    {
        var receipt = await server.Mail(sender, "jane@example.org");
        await server.WriteMailFiles();
        return receipt;
    }

    /// <summary>Writes every queued mail, and leaves it in the queue.</summary>
    public static async Task WriteMailFiles(this RunningServer server)
    {
        await using var db = server.Database();
        await using var connection = await server.Get<IMailTransport>().Connect(CancellationToken.None);
        foreach (var row in await db.Outbox.ToListAsync())
        {
            var content = row.Open(server.Get<KeyRing>());
            await connection.Send(row.Id, server.Get<ComposeMail>().Run(row.Id, content), CancellationToken.None);
        }
    }
}
