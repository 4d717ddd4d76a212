using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Tests.Accounts;

/// <summary>Makes administrators and runs their operations directly, without the pages.</summary>
internal static class AdminAccounts
{
    public const string Email = "admin@example.com";

    /// <summary>The client address of administrators.</summary>
    public const string Client = "198.51.100.7";

    /// <summary>Makes an administrator.</summary>
    public static async Task<Caller> AddAdmin(this RunningServer server, string email = Email)
    {
        var account = await server.AddAccount(email);
        await server.With<GrantAdmin, (int, int)>(grant => grant.Run(email, CancellationToken.None));
        return new Caller(Client, new SignedIn(account.Id, email, MayMail: true, TokenScopes.All));
    }

    public static Task<AdminOutcome> Suspend(this RunningServer server, Caller admin, Guid id) =>
        server.Get<SuspendAccount>().Run(admin, id, "sent spam", CancellationToken.None);

    public static Task<AdminOutcome> Resume(this RunningServer server, Caller admin, Guid id) =>
        server.Get<ResumeAccount>().Run(admin, id, CancellationToken.None);

    public static Task<AdminOutcome> Demote(this RunningServer server, Caller admin, Guid id) =>
        server.Get<RevokeAdmin>().Run(admin, id, CancellationToken.None);

    public static Task<AdminOutcome> Promote(this RunningServer server, Caller admin, Guid id) =>
        server.With<GrantAdmin, AdminOutcome>(grant => grant.Run(admin, id, CancellationToken.None));

    /// <summary>The number of administrators.</summary>
    public static async Task<int> CountAdmins(this RunningServer server)
    {
        await using var db = server.Database();
        return await db.Admins.CountAsync();
    }
}
