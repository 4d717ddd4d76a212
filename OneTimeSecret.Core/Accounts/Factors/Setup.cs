using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Keys.Rotation;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>Registers the services and the sealed column of second factors.</summary>
internal static class Setup
{
    public static void AddFactors(this IServiceCollection services)
    {
        services.AddSealed(new SealedColumn("AspNetUsers", "TotpKey", db => db.Users.Select(a => a.TotpKey))
        {
            Rotation = new(
                db => db.Users.Where(a => a.TotpKey != null).Select(a => new SealedColumn.Row(Totp.Place(a.Id), a.TotpKey!)),
                (db, id, old, box) =>
                {
                    var account = new Guid(id, bigEndian: true);
                    return db.Users.Where(a => a.Id == account && a.TotpKey == old)
                        .ExecuteUpdateAsync(set => set.SetProperty(a => a.TotpKey, box));
                }),
        });
        services.AddSingleton<CheckCode>();
        services.AddSingleton<SignInFactors>();
        services.AddSingleton<AddTotp>();
        services.AddSingleton<RemoveFactor>();
        services.AddSingleton<RemoveTotp>();
        services.AddSingleton<MakeRecoveryCodes>();
        services.AddSingleton<Passkeys>();
        services.AddSingleton<AddPasskey>();
        services.AddSingleton<UsePasskey>();
        services.AddSingleton<RemovePasskey>();
        services.AddSingleton<TakeChallenge>();
        services.AddSingleton<DemandFactor>();
    }
}
