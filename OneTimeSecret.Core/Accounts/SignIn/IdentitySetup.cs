using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.SignIn;

/// <summary>Registers ASP.NET Core Identity with <see cref="OtsDbContext"/> as its store.</summary>
internal static class IdentitySetup
{
    public static void AddIdentity(this IServiceCollection services) =>
        services.AddIdentityCore<Account>(options =>
            {
                OtsDbContext.SetSchema(options);
                options.User.RequireUniqueEmail = true;
                options.User.AllowedUserNameCharacters = ""; // names are addresses, such as o'brien@example.com: EmailAddress checks them
                options.Password.RequiredLength = SetPassword.MinLength;
                options.Password.RequireDigit = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireNonAlphanumeric = false;
            })
            .AddEntityFrameworkStores<OtsDbContext>();
}
