using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.SignIn;

/// <summary>Composes ASP.NET Core Identity over the product's own context.</summary>
internal static class IdentitySetup
{
    public static void AddIdentity(this IServiceCollection services) =>
        services.AddIdentityCore<Account>(options =>
            {
                // Version 3 brings passkeys; the tables are right from the first migration on.
                options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
                options.User.RequireUniqueEmail = true;
                options.User.AllowedUserNameCharacters = ""; // names are addresses, which EmailAddress checks: o'brien is one
                options.Password.RequiredLength = SetPassword.MinLength;
                options.Password.RequireDigit = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireNonAlphanumeric = false;
            })
            .AddEntityFrameworkStores<OtsDbContext>();
}
