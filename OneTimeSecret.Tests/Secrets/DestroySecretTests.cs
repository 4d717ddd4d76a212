using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Administration;
using OneTimeSecret.Tests.Audit;

namespace OneTimeSecret.Tests.Secrets;

/// <summary>Only administrators can destroy somebody else's unread secret, and they must give a reason.</summary>
public sealed class DestroySecretTests(AdminServer shared) : IClassFixture<AdminServer>
{
    private readonly RunningServer _server = shared.Server;

    [Fact]
    public async Task Destroying_a_secret_records_the_administrator_and_the_reason_once()
    {
        var admin = shared.Admin;
        var (_, metadata) = await _server.Conceal("value");
        var row = Row(metadata);
        await _server.Leaves(
            () => _server.Get<DestroySecret>().Run(admin, row, " a leaked\nlink ", CancellationToken.None),
            LeftRow.ByAdmin(AuditKind.SecretDestroyed, admin.Account!.Id, metadata.Name(), "a leaked link"));
        await _server.Leaves(() => _server.Get<DestroySecret>().Run(admin, row, "again", CancellationToken.None));
        var (_, other) = await _server.Conceal("value");
        var nobody = Verbs.Somebody;
        await _server.Leaves(() => _server.Get<DestroySecret>().Run(nobody, Row(other), "why", CancellationToken.None));
    }

    [Fact]
    public async Task Destroying_a_secret_needs_no_passphrase_and_ignores_locks()
    {
        var (key, metadata) = await _server.Conceal("value", "right");
        await _server.Spend(key, 20);
        Assert.Equal(AdminOutcome.Done, await Destroy(shared.Admin, Row(metadata)));
        Assert.IsType<RevealOutcome.Unknown>(await _server.TryReveal(key, "right"));
        Assert.Equal(ReceiptState.Burned, (await _server.Receipt(metadata)).State);
    }

    [Fact]
    public async Task Only_one_of_many_concurrent_destroys_succeeds()
    {
        var (_, metadata) = await _server.Conceal("value");
        var outcomes = await Verbs.AtOnce(8, _ => Destroy(shared.Admin, Row(metadata)));
        Assert.Single(outcomes, outcome => outcome == AdminOutcome.Done);
        Assert.Equal(7, outcomes.Count(outcome => outcome == AdminOutcome.NotThere));
    }

    [Fact]
    public async Task Destroying_a_read_expired_or_unknown_secret_returns_NotThere()
    {
        var read = await _server.Conceal("read");
        await _server.TryReveal(read.Key);
        var expired = await _server.Conceal("expired", ttl: 60);
        var unread = await _server.Conceal("unread");
        _server.Clock.Advance(TimeSpan.FromSeconds(60));
        foreach (var row in (string?[])[
            Row(read.Metadata), Row(expired.Metadata), Row(MetadataKey.New()), unread.Metadata.Text, Row(unread.Metadata) + "0", "", null])
            Assert.Equal(AdminOutcome.NotThere, await Destroy(shared.Admin, row));
        Assert.Equal(ReceiptState.Received, (await _server.Receipt(read.Metadata)).State);
        Assert.Equal("unread", (await _server.TryReveal(unread.Key)).Value());
    }

    [Fact]
    public async Task Nothing_is_destroyed_without_a_valid_reason_or_by_a_caller_who_is_not_an_administrator()
    {
        var (key, metadata) = await _server.Conceal("value");
        foreach (var reason in new[] { "", " \n ", new string('x', AdminAct.MaxReason + 1) })
            await Assert.ThrowsAsync<ArgumentException>(
                () => _server.Get<DestroySecret>().Run(shared.Admin, Row(metadata), reason, CancellationToken.None));
        Assert.Equal(AdminOutcome.NotAdministrator, await Destroy(Verbs.Somebody, Row(metadata)));
        Assert.Equal("value", (await _server.TryReveal(key)).Value());
    }

    private static string Row(MetadataKey metadata) => Convert.ToHexStringLower(metadata.Id);

    private Task<AdminOutcome> Destroy(Caller admin, string? row) =>
        _server.Get<DestroySecret>().Run(admin, row, "abuse", CancellationToken.None);
}
