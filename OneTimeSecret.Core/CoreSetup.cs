using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Accounts.SignUp;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Banner;
using OneTimeSecret.Core.Clocks;
using OneTimeSecret.Core.Copies;
using OneTimeSecret.Core.Erasure;
using OneTimeSecret.Core.Generations;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Jobs.Sweeps;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Networks;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Oversight;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Retries;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core;

/// <summary>Registers all services of Core. The host binds and validates the options.</summary>
public static class CoreSetup
{
    /// <summary>Adds every verb and its dependencies.</summary>
    public static IServiceCollection AddOneTimeSecret(this IServiceCollection services)
    {
        services.AddClocks();
        services.AddSingleton<OpenDatabase>();
        services.AddSingleton(provider => new KeyRing(provider.GetRequiredService<DataFolder>().KeyRing));
        services.AddStorage();
        services.AddGenerations();
        services.AddErasure();
        services.AddKeyRotation();
        services.AddVault();
        services.AddRetries();
        services.AddSecrets();
        services.AddReceipts();
        services.AddMail();
        services.AddOutbox();
        services.AddAudit();
        services.AddOversight();
        services.AddJobs();
        services.AddSweeps();
        services.AddAccounts();
        services.AddIdentity();
        services.AddSignUp();
        services.AddSignIn();
        services.AddSessions();
        services.AddFactors();
        services.AddTokens();
        services.AddProfile();
        services.AddAccountAdministration();
        services.AddNetworks();
        services.AddBanner();
        services.AddCopies();
        return services;
    }
}
