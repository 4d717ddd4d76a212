using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;

namespace OneTimeSecret.Tests.Audit;

/// <summary>What an act leaves in the trail.</summary>
/// <param name="Kind">What.</param>
/// <param name="Actor">What sort of actor.</param>
/// <param name="Account">Which account.</param>
/// <param name="Client">From where.</param>
/// <param name="Subject">To what.</param>
/// <param name="Detail">More.</param>
/// <param name="Result">What came of it.</param>
/// <param name="Count">How many times.</param>
internal sealed record LeftRow(
    AuditKind Kind, AuditActor Actor, Guid? Account, string? Client, string? Subject, string? Detail = null,
    AuditResult Result = AuditResult.Done, int Count = 1)
{
    public static LeftRow Of(AuditEvent row) =>
        new(row.Kind, row.Actor, row.AccountId, row.Client, row.Subject, row.Detail, row.Result, row.Count);

    /// <summary>Of who has no account.</summary>
    public static LeftRow ByAnybody(AuditKind kind, string? subject, string client = "192.0.2.1") =>
        new(kind, AuditActor.Anybody, null, client, subject);

    /// <summary>Of the owner of an account, from <see cref="People.Somewhere"/>.</summary>
    public static LeftRow ByOwner(AuditKind kind, Guid account, string? subject, string? detail = null) =>
        new(kind, AuditActor.Account, account, "192.0.2.1", subject, detail);

    /// <summary>Of an administrator.</summary>
    public static LeftRow ByAdmin(AuditKind kind, Guid account, string? subject, string? detail = null) =>
        new(kind, AuditActor.Account, account, AdminAccounts.Client, subject, detail);

    /// <summary>Of who runs the server.</summary>
    public static LeftRow ByOperator(AuditKind kind, string? subject, string? detail = null) =>
        new(kind, AuditActor.Operator, null, null, subject, detail);
}

/// <summary>Compares what an act leaves in the trail.</summary>
internal static class LeftRows
{
    /// <summary>How the trail names a secret and its receipt.</summary>
    public static string Name(this MetadataKey key) => StoredReceipt.ShortId(key.Id);

    /// <summary>What <paramref name="act"/> leaves, bursts of refusals too.</summary>
    public static async Task<List<LeftRow>> Left(this RunningServer server, Func<Task> act)
    {
        await server.Get<RefusalBursts>().Write();
        var before = (await server.Trail()).Count;
        await act();
        await server.Get<RefusalBursts>().Write();
        return [.. (await server.Trail()).Skip(before).Select(LeftRow.Of)];
    }

    /// <summary>Sees that <paramref name="act"/> leaves this and nothing else.</summary>
    public static async Task Leaves(this RunningServer server, Func<Task> act, params LeftRow[] rows) =>
        Assert.Equal(rows, await server.Left(act));
}
