using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Copies;
using OneTimeSecret.Tests.Audit;

namespace OneTimeSecret.Tests.Copies;

/// <summary>Each acceptance of a restored copy leaves one row, which says what it did.</summary>
public sealed class RestoreActsTests
{
    [Theory]
    [InlineData(false, "ended: 1 secrets, 0 sessions, 0 tokens, 0 passwords, 0 mails")]
    [InlineData(true, "everything kept: what was revealed or ended since the copy works again")]
    public async Task Accepting_a_restored_copy_is_recorded_with_its_consequence(bool revive, string detail)
    {
        using var data = new Yesterday();
        await data.Served(server => server.Conceal("value"));
        File.Delete(data.Head);
        await data.Served(async server => await server.Leaves(
            () => server.Get<AcceptRestore>().Run(revive, CancellationToken.None),
            LeftRow.ByOperator(AuditKind.RestoreAccepted, null, detail)));
    }
}
