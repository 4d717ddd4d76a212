using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Tests.Accounts;

/// <summary>Accounts with addresses that older versions accepted.</summary>
internal static class LookAlikes
{
    /// <summary>Makes an account as an older version stored it, with <see cref="People.Password"/>.</summary>
    public static async Task<Account> AddOldAccount(this RunningServer server, string email)
    {
        var made = await server.AddAccount($"{Guid.NewGuid()}@example.com");
        var key = new UpperInvariantLookupNormalizer().NormalizeEmail(email);
        await using var db = server.Database();
        await db.Users.Where(a => a.Id == made.Id).ExecuteUpdateAsync(set => set
            .SetProperty(a => a.Email, email).SetProperty(a => a.NormalizedEmail, key)
            .SetProperty(a => a.UserName, email).SetProperty(a => a.NormalizedUserName, key));
        return await server.Stored(made.Id);
    }
}
