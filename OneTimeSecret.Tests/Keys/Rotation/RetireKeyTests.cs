using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Tests.Audit;

namespace OneTimeSecret.Tests.Keys.Rotation;

/// <summary>An old root is removed only when no row needs it.</summary>
public sealed class RetireKeyTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private uint _old;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start();
        _old = _server.Get<KeyRing>().CurrentRoot;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Root_that_rows_still_use_is_not_retired()
    {
        var (key, _) = await _server.Conceal("value");
        _server.Get<DataFolder>().KeyRing.AddRoot();
        _server.Clock.Advance(TimeSpan.FromMinutes(2));

        var refusal = await Refusal(_old);

        Assert.Contains("rows were sealed with root", refusal, StringComparison.Ordinal);
        Assert.Equal("value", (await _server.TryReveal(key)).Value());
    }

    [Fact]
    public async Task Unused_root_is_removed_from_the_key_ring_and_the_database()
    {
        var (key, _) = await _server.Conceal("value");
        var (root, _) = await _server.Get<RotateKeys>().Run(_ => { }, CancellationToken.None);
        _server.Clock.Advance(TimeSpan.FromMinutes(2));
        await _server.Leaves(
            () => _server.Get<RetireKey>().Run(_old, CancellationToken.None),
            LeftRow.ByOperator(AuditKind.KeyRetired, KeyRingFile.Name(_old)));
        Assert.Equal([root], new KeyRing(_server.Get<DataFolder>().KeyRing).Roots);
        await using var db = _server.Database();
        Assert.Equal([root], await db.KeyChecks.Select(check => check.RootId).ToListAsync());
        Assert.Equal("value", (await _server.TryReveal(key)).Value());
    }

    [Fact]
    public async Task Current_or_unknown_root_is_refused_and_nothing_changes()
    {
        _server.Clock.Advance(TimeSpan.FromMinutes(2));
        var ring = await File.ReadAllTextAsync(_server.Get<DataFolder>().KeyRing.Path);
        Assert.Contains("is the one that seals", await Refusal(_old), StringComparison.Ordinal);
        Assert.Contains("has no root", await Refusal(_old + 1), StringComparison.Ordinal);
        Assert.Equal(ring, await File.ReadAllTextAsync(_server.Get<DataFolder>().KeyRing.Path));
        await using var db = _server.Database();
        Assert.Equal(_old, (await db.KeyChecks.AsNoTracking().SingleAsync()).RootId);
    }

    [Fact]
    public async Task No_root_is_retired_within_a_minute_after_the_key_ring_changed()
    {
        await _server.Get<RotateKeys>().Run(_ => { }, CancellationToken.None);
        var written = new DateTimeOffset(_server.Get<DataFolder>().KeyRing.LastWrite);
        _server.Clock.SetUtcNow(written.AddSeconds(59));
        Assert.Contains("changed less than a minute ago", await Refusal(_old), StringComparison.Ordinal);
        Assert.Contains(_old, _server.Get<KeyRing>().Roots);
        _server.Clock.SetUtcNow(written.AddSeconds(60));
        await _server.Get<RetireKey>().Run(_old, CancellationToken.None);
    }

    /// <summary>Asserts that a root is not retired, and returns the reason.</summary>
    private async Task<string> Refusal(uint root)
    {
        var refusal = "";
        await _server.Leaves(async () => refusal = (await Assert.ThrowsAsync<KeyRingException>(
            () => _server.Get<RetireKey>().Run(root, CancellationToken.None))).Message);
        return refusal;
    }
}
