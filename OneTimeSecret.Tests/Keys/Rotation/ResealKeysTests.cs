using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Tests.Keys.Rotation;

/// <summary>The second half of a key rotation: it reseals the rows that are left, and can be repeated.</summary>
public sealed class ResealKeysTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private SecretKey[] _keys = [];
    private uint _new;

    /// <summary>Simulates a rotation that was interrupted after its first half.</summary>
    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start();
        _keys = [(await _server.Conceal("value")).Key, (await _server.Conceal("value")).Key];
        _new = _server.Get<DataFolder>().KeyRing.AddRoot();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Rows_of_an_older_root_are_resealed_with_the_current_root_and_a_repeat_finds_none()
    {
        Assert.DoesNotContain(_new, await RootsOfSecrets());
        var told = new List<int>();
        var moved = await Reseal(told.Add);
        Assert.True(moved >= _keys.Length, $"{moved} rows moved");
        Assert.Equal(moved, told[^1]);
        Assert.Equal([_new, _new], await RootsOfSecrets());
        Assert.Equal(0, await Reseal(_ => Assert.Fail("nothing is left to move")));
        foreach (var key in _keys)
            Assert.Equal("value", (await _server.TryReveal(key)).Value());
    }

    [Fact]
    public async Task Row_that_a_server_seals_with_the_old_root_meanwhile_is_resealed_too()
    {
        await using var db = _server.Database();
        var late = await db.Secrets.AsNoTracking().FirstAsync();
        var putBack = 0;
        await Reseal(_ =>
        {
            if (putBack == 0)
                putBack = db.Secrets.Where(secret => secret.Id == late.Id && secret.Box != late.Box)
                    .ExecuteUpdate(set => set.SetProperty(secret => secret.Box, late.Box));
        });
        Assert.Equal(1, putBack);
        Assert.Equal([_new, _new], await RootsOfSecrets());
    }

    private Task<int> Reseal(Action<int> progress) => _server.Get<ResealKeys>().Run(progress, CancellationToken.None);

    private async Task<List<uint>> RootsOfSecrets()
    {
        await using var db = _server.Database();
        return [.. (await db.Secrets.Select(secret => secret.Box).ToListAsync()).Select(box => Box.KeyId(box, "test"))];
    }
}
