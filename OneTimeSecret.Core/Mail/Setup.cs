using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace OneTimeSecret.Core.Mail;

/// <summary>Registers the services that write and send mails.</summary>
internal static class Setup
{
    public static void AddMail(this IServiceCollection services)
    {
        services.AddSingleton<ComposeMail>();
        services.AddSingleton<SendMail>();
        services.AddSingleton<PickupTransport>();
        services.AddSingleton<SmtpTransport>();
        services.AddSingleton<NoTransport>();

        services.AddSingleton<IMailTransport>(provider => provider.GetRequiredService<IOptions<MailOptions>>().Value.Transport switch
        {
            MailTransport.Smtp => provider.GetRequiredService<SmtpTransport>(),
            MailTransport.Pickup => provider.GetRequiredService<PickupTransport>(),
            _ => provider.GetRequiredService<NoTransport>(),
        });
    }
}
