using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Components;

namespace OneTimeSecret.Tests.Administration;

/// <summary>Administrators who use the pages, and the mails that the pages show.</summary>
internal static class Admins
{
    public const string Email = AdminAccounts.Email;

    /// <summary>Makes an administrator and signs them in.</summary>
    public static async Task<Reader> SignInAdmin(this RunningServer server, string back = "/account", string email = Email)
    {
        await server.AddAdmin(email);
        return await server.SignIn(email, back: back);
    }

    /// <summary>Stores a mail in a given state.</summary>
    public static async Task<Guid> AddMail(
        this RunningServer server, Guid owner, MailState state, string? reason = null, MailKind kind = MailKind.AccountNotice)
    {
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        var now = server.Clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await using var db = server.Database();
        db.Mails.Add(new StoredMail
        {
            Id = id, Kind = kind, OwnerId = owner, RecipientHash = new byte[32], MailboxHash = new byte[32], State = state,
            Created = now, Updated = now, Reason = reason,
        });
        if (state is not MailState.Sent)
            db.Outbox.Add(new OutboxMail
            {
                Id = id, OwnerId = owner, Asker = owner.ToString(), Box = [1], Attempts = 3,
                NextAttempt = state is MailState.Queued ? now.AddHours(1) : null,
            });
        await db.SaveChangesAsync();
        return id;
    }

    /// <summary>The message about the action that was just done.</summary>
    public static string News(this Reader reader) => reader.Text("main .note[autofocus]");
}
