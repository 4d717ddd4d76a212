using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Retries;

/// <summary>Registers what keeps answers, and the sealed column.</summary>
internal static class Setup
{
    public static void AddRetries(this IServiceCollection services)
    {
        services.AddSealed(new SealedColumn("KeptAnswers", "Box", db => db.KeptAnswers.Select(a => a.Box))
        {
            Rotation = new(
                db => db.KeptAnswers
                    .Join(db.Receipts, a => a.ReceiptId, r => r.Id, (a, r) => new { Answer = a, MakerId = r.Adopted ? null : r.OwnerId })
                    .Select(x => new SealedColumn.Row(
                        new AnswerPlace(x.Answer.SecretId, x.Answer.ReceiptId, x.MakerId, x.Answer.Until).Outer, x.Answer.Box)),
                (db, id, old, box) => db.KeptAnswers.Where(a => a.SecretId == id && a.Box == old)
                    .ExecuteUpdateAsync(set => set.SetProperty(a => a.Box, box))),
        });
        services.AddSingleton<DropAnswer>();
        services.AddSingleton<PurgeAnswers>();
    }
}
