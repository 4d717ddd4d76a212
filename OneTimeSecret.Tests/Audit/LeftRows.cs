using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;

namespace OneTimeSecret.Tests.Audit;

/// <summary>A row that an act leaves in the audit trail.</summary>
/// <param name="Kind">The kind of act.</param>
/// <param name="Actor">The kind of actor.</param>
/// <param name="Account">The actor's account.</param>
/// <param name="Client">The client address.</param>
/// <param name="Subject">The object of the act.</param>
/// <param name="Detail">Further details.</param>
/// <param name="Result">The result.</param>
/// <param name="Count">How many times it happened.</param>
internal sealed record LeftRow(
    AuditKind Kind, AuditActor Actor, Guid? Account, string? Client, string? Subject, string? Detail = null,
    AuditResult Result = AuditResult.Done, int Count = 1)
{
    public static LeftRow Of(AuditEvent row) =>
        new(row.Kind, row.Actor, row.AccountId, row.Client, row.Subject, row.Detail, row.Result, row.Count);

    /// <summary>A row of a caller without an account.</summary>
    public static LeftRow ByAnybody(AuditKind kind, string? subject, string client = "192.0.2.1") =>
        new(kind, AuditActor.Anybody, null, client, subject);

    /// <summary>A row of the owner of an account, from <see cref="People.Somewhere"/>.</summary>
    public static LeftRow ByOwner(AuditKind kind, Guid account, string? subject, string? detail = null) =>
        new(kind, AuditActor.Account, account, "192.0.2.1", subject, detail);

    /// <summary>A row of an administrator.</summary>
    public static LeftRow ByAdmin(AuditKind kind, Guid account, string? subject, string? detail = null) =>
        new(kind, AuditActor.Account, account, AdminAccounts.Client, subject, detail);

    /// <summary>A row of the operator.</summary>
    public static LeftRow ByOperator(AuditKind kind, string? subject, string? detail = null) =>
        new(kind, AuditActor.Operator, null, null, subject, detail);
}

/// <summary>Compares what an act leaves in the trail.</summary>
internal static class LeftRows
{
    /// <summary>The name of a secret and its receipt in the trail.</summary>
    public static string Name(this MetadataKey key) => StoredReceipt.ShortId(key.Id);

    /// <summary>The rows that <paramref name="act"/> leaves, including bursts of refusals.</summary>
    public static async Task<List<LeftRow>> Left(this RunningServer server, Func<Task> act)
    {
        await server.Get<RefusalBursts>().Write();
        var before = (await server.Trail()).Count;
        await act();
        await server.Get<RefusalBursts>().Write();
        return [.. (await server.Trail()).Skip(before).Select(LeftRow.Of)];
    }

    /// <summary>Asserts that <paramref name="act"/> leaves exactly these rows.</summary>
    public static async Task Leaves(this RunningServer server, Func<Task> act, params LeftRow[] rows) =>
        Assert.Equal(rows, await server.Left(act));
}
