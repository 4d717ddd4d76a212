using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Keys.Rotation;

/// <summary>Registers the rotation of keys.</summary>
internal static class Setup
{
    public static void AddKeyRotation(this IServiceCollection services)
    {
        services.AddSealed(new SealedColumn("DataProtectionKeys", "Box", db => db.DataProtectionKeys.Select(k => k.Box))
        {
            Rotation = new(
                db => db.DataProtectionKeys.Select(k => new SealedColumn.Row(k.Place, k.Box)),
                (db, id, old, box) =>
                {
                    var name = Encoding.UTF8.GetString(id);
                    return db.DataProtectionKeys.Where(k => k.Id == name && k.Box == old)
                        .ExecuteUpdateAsync(set => set.SetProperty(k => k.Box, box));
                }),
        });
        // No rotation, because each key check proves its own root.
        services.AddSealed(new SealedColumn("KeyChecks", "Box", db => db.KeyChecks.Select(c => c.Box)));
        services.AddSingleton<SealedRows>();
        services.AddSingleton<RotateKeys>();
        services.AddSingleton<ResealKeys>();
        services.AddSingleton<RetireKey>();
        services.AddSingleton<DataProtectionKeys>();
    }
}
