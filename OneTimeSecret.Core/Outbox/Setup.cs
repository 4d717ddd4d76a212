using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Core.Outbox;

/// <summary>Registers the services of the outbox.</summary>
internal static class Setup
{
    public static void AddOutbox(this IServiceCollection services)
    {
        services.AddSealed(new SealedColumn("Outbox", "Box", db => db.Outbox.Select(m => m.Box))
        {
            Rotation = new(
                db => db.Outbox.Select(m => new SealedColumn.Row(MailContent.Place(m.Id, m.OwnerId), m.Box)),
                (db, id, old, box) =>
                {
                    var mail = new Guid(id, bigEndian: true);
                    return db.Outbox.Where(m => m.Id == mail && m.Box == old)
                        .ExecuteUpdateAsync(set => set.SetProperty(m => m.Box, box));
                }),
        });
        services.AddSingleton<MailSignal>();
        services.AddSingleton<PostMail>();
        services.AddSingleton<OutboxQueue>();
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
