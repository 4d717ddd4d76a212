using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Clients;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Erasure;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Site;
using OneTimeSecret.Core.Statistics;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core;

/// <summary>Composes the product. Options are bound and checked by the host.</summary>
public static class CoreSetup
{
    /// <summary>Adds every verb and what it stands on.</summary>
    public static IServiceCollection AddOneTimeSecret(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new KeyRing(provider.GetRequiredService<DataFolder>().KeyRing));
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<PassphraseOptions>>().Value;
            return new HashingGate(options.EffectiveConcurrency, options.QueueLength);
        });
        services.AddStorage();
        services.AddErasure();

        services.AddSingleton<FindSecret>();
        services.AddSingleton<ConcealSecret>();
        services.AddSingleton<GenerateSecret>();
        services.AddSingleton<PassphraseTries>();
        services.AddSingleton<PassphraseCheck>();
        services.AddSingleton<ReceiptSignals>();
        services.AddSingleton<RecentSignals>();
        services.AddSingleton<OwnReceipts>();
        services.AddSingleton<ClaimSecret>();
        services.AddSingleton<RevealSecret>();
        services.AddSingleton<BurnSecret>();
        services.AddSingleton<DestroySecret>();
        services.AddSingleton<BrowseAllReceipts>();
        services.AddSingleton<FindReceipt>();
        services.AddSingleton<WatchReceipt>();
        services.AddSingleton<RecentReceipts>();
        services.AddSingleton<BrowseReceipts>();
        services.AddSingleton<ExportReceipts>();
        services.AddSingleton<LiftLock>();
        services.AddSingleton<AdoptReceipt>();
        services.AddSingleton<PurgeExpired>();

        services.AddSingleton<MailSignal>();
        services.AddSingleton<PostMail>();
        services.AddSingleton<ComposeMail>();
        services.AddSingleton<DeliverMail>();
        services.AddSingleton<WarnOfExpiry>();
        services.AddSingleton<TrimMails>();
        services.AddSingleton<SendMail>();
        services.AddSingleton<OptOutOfMail>();
        services.AddSingleton<PurgePickup>();
        services.AddSingleton<PickupTransport>();
        services.AddSingleton<SmtpTransport>();
        services.AddSingleton<NoTransport>();
        services.AddSingleton<IMailTransport>(provider => provider.GetRequiredService<IOptions<MailOptions>>().Value.Transport switch
        {
            MailTransport.Smtp => provider.GetRequiredService<SmtpTransport>(),
            MailTransport.Pickup => provider.GetRequiredService<PickupTransport>(),
            _ => provider.GetRequiredService<NoTransport>(),
        });

        services.AddSingleton<AuditChain>();
        services.AddSingleton<RecordActs>();
        services.AddSingleton<WriteAuditHead>();
        services.AddSingleton<VerifyAudit>();
        services.AddSingleton<TrimAudit>();
        services.AddSingleton<RefusalBursts>();
        services.AddSingleton<BrowseAudit>();
        services.AddSingleton<ExportAudit>();

        services.AddSingleton<ReadOverview>();
        services.AddSingleton<BrowseMails>();
        services.AddSingleton<RetryMail>();
        services.AddSingleton<BrowseOptOuts>();
        services.AddSingleton<AllowMail>();

        services.AddSingleton<RunningJobs>();
        services.AddSingleton<RunJob>();
        services.AddSingleton<StartJob>();
        services.AddSingleton<LastRuns>();
        services.AddSingleton<DueJobs>();
        services.AddSingleton<Sweep, PurgeSweep>();
        services.AddSingleton<Sweep, EraseSweep>();
        services.AddSingleton<Sweep, DeliverSweep>();
        services.AddSingleton<Sweep, WarnSweep>();
        services.AddSingleton<Sweep, TrimSweep>();

        services.AddSingleton<SealedRows>();
        services.AddSingleton<RotateKeys>();
        services.AddSingleton<ResealKeys>();
        services.AddSingleton<RetireKey>();
        services.AddSingleton<DataProtectionKeys>();

        services.AddSingleton<SignInTries>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<CheckCode>();
        services.AddSingleton<SignInFactors>();
        services.AddSingleton<OpenSession>();
        services.AddSingleton<VerifySession>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<PostNotice>();
        services.AddSingleton<AddTotp>();
        services.AddSingleton<RemoveFactor>();
        services.AddSingleton<RemoveTotp>();
        services.AddSingleton<MakeRecoveryCodes>();
        services.AddSingleton<Passkeys>();
        services.AddSingleton<AddPasskey>();
        services.AddSingleton<UsePasskey>();
        services.AddSingleton<RemovePasskey>();
        services.AddSingleton<TakeChallenge>();
        services.AddSingleton<ReplacePassword>();
        services.AddSingleton<UnseenWork>();
        services.AddScoped<PostPasswordLink>();
        services.AddScoped<SignUp>();
        services.AddScoped<ForgetPassword>();
        services.AddScoped<ChangePassword>();
        services.AddScoped<ChangeAddress>();
        services.AddSingleton<PurgeAccounts>();
        services.AddSingleton<DeleteAccount>();
        services.AddScoped<AddAccount>();
        services.AddScoped<InviteAccount>();
        services.AddScoped<SetPassword>();
        services.AddScoped<LinkAccount>();
        services.AddScoped<GrantAdmin>();
        services.AddSingleton<AdminAct>();
        services.AddSingleton<OperatorAct>();
        services.AddSingleton<RevokeAdmin>();
        services.AddSingleton<ListAdmins>();
        services.AddSingleton<BrowseAccounts>();
        services.AddSingleton<LookAtAccount>();
        services.AddSingleton<SuspendAccount>();
        services.AddSingleton<ResumeAccount>();
        services.AddSingleton<LimitAccount>();
        services.AddSingleton<DemandFactor>();
        services.AddSingleton<NotifyAccount>();
        services.AddSingleton<AddToken>();
        services.AddSingleton<ListTokens>();
        services.AddSingleton<RevokeToken>();
        services.AddSingleton<VerifyToken>();

        services.AddSingleton<BlockedNetworks>();
        services.AddSingleton<BlockNetwork>();
        services.AddSingleton<UnblockNetwork>();
        services.AddSingleton<CurrentBanner>();
        services.AddSingleton<SetBanner>();

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
        services.AddSingleton<KeyedPasswordHasher>();
        services.AddSingleton<IPasswordHasher<Account>>(provider => provider.GetRequiredService<KeyedPasswordHasher>());
        return services;
    }
}
