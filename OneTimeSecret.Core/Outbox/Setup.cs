using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Outbox;

/// <summary>Composes the outbox.</summary>
internal static class Setup
{
    public static void AddOutbox(this IServiceCollection services)
    {
        services.AddSingleton<MailSignal>();
        services.AddSingleton<PostMail>();
        services.AddSingleton<DeliverMail>();
        services.AddSingleton<TrimMails>();
        services.AddSingleton<OptOutOfMail>();
        services.AddSingleton<PurgePickup>();
        services.AddSingleton<BrowseMails>();
        services.AddSingleton<RetryMail>();
        services.AddSingleton<BrowseOptOuts>();
        services.AddSingleton<AllowMail>();
    }
}
