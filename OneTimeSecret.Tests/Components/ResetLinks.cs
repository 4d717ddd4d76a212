using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.SignIn;

namespace OneTimeSecret.Tests.Components;

/// <summary>Adds accounts without a password, and makes links that set one.</summary>
internal static class ResetLinks
{
    public const string Email = "owner@example.com";

    /// <summary>Adds the account of <see cref="Email"/> and makes a link for it.</summary>
    public static async Task<string> Link(this RunningServer server)
    {
        await server.AddWithoutPassword(Email);
        await using var scope = server.Get<IServiceScopeFactory>().CreateAsyncScope();
        var (_, token) = await scope.ServiceProvider.GetRequiredService<LinkAccount>().Run(Email, CancellationToken.None);
        return $"/reset?email={Uri.EscapeDataString(Email)}&token={Uri.EscapeDataString(token)}";
    }

    public static async Task AddWithoutPassword(this RunningServer server, string email)
    {
        await using var scope = server.Get<IServiceScopeFactory>().CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AddAccount>().Run(email, password: null);
    }

    /// <summary>Whether this is the password of <see cref="Email"/>.</summary>
    public static async Task<bool> Checks(this RunningServer server, string password)
    {
        await using var scope = server.Get<IServiceScopeFactory>().CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Core.Actors.Account>>();
        return await accounts.CheckPasswordAsync((await accounts.FindByEmailAsync(Email))!, password);
    }
}
