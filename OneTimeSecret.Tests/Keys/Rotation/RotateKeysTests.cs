using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Erasure;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Keys.Rotation;

namespace OneTimeSecret.Tests.Keys.Rotation;

public sealed class RotateKeysTests
{
    private static readonly string[] WithMail = ["--Mail:Transport=Pickup", "--Site:PublicUrl=https://secrets.example.com"];

    [Fact]
    public async Task Rotation_reseals_every_row_and_every_secret_still_opens()
    {
        await using var server = await RunningServer.Start([.. WithMail, "--Secrets:RetrySeconds=60"]);
        using var owner = await server.Account("owner@example.com");
        var anonymous = await server.Conceal("anonymous");
        var guarded = await server.Conceal("guarded", "passphrase");
        var (lost, mine) = ((await server.Conceal("lost")).Key, Verbs.Proof());
        Assert.Equal("lost", (await server.TryRevealWith(lost, mine)).Value());
        var mailed = (string)(await RunningServer.Json(
            await RunningServer.Post(owner, "/api/v1/share", ("secret", "mailed"), ("recipient", "friend@example.com"))))["secret_key"]!;
        var old = server.Get<KeyRing>().CurrentRoot;
        Assert.NotEmpty(await Naming(server, old));

        var (root, moved) = await server.Get<RotateKeys>().Run(_ => { }, CancellationToken.None);

        Assert.NotEqual(old, root);
        // Three secrets, a kept answer, a metadata key, a mail and a data protection key.
        Assert.True(moved >= 7, $"{moved} rows moved");
        Assert.Equal("KeyChecks.Box", Assert.Single(await Naming(server, old)));
        Assert.Equal("anonymous", (await server.TryReveal(anonymous.Key)).Value());
        Assert.Equal("guarded", (await server.TryReveal(guarded.Key, "passphrase")).Value());
        Assert.Equal("lost", (await server.TryRevealWith(lost, mine)).Value());
        var recent = await owner.GetStringAsync(new Uri("/api/v1/private/recent", UriKind.Relative));
        Assert.Contains("metadata_key", recent, StringComparison.Ordinal);
        Assert.Equal("mailed", await server.Reveal(mailed));
    }

    [Fact]
    public async Task Rotation_loses_no_secret_while_the_server_keeps_creating()
    {
        await using var server = await RunningServer.Start("--Limits:Enabled=false");
        var old = server.Get<KeyRing>().CurrentRoot;
        using var stop = new CancellationTokenSource();
        var creating = Task.Run(async () =>
        {
            var keys = new List<SecretKey>();
            while (!stop.IsCancellationRequested || keys.Count < 20)
                keys.Add((await server.Conceal("value")).Key);
            return keys;
        });
        for (var i = 0; i < 3; i++)
            await server.Get<RotateKeys>().Run(_ => { }, CancellationToken.None);
        await stop.CancelAsync();
        var keys = await creating;

        await server.Get<ResealKeys>().Run(_ => { }, CancellationToken.None);
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        foreach (var root in server.Get<KeyRing>().Roots.Skip(1).ToList())
            await server.Get<RetireKey>().Run(root, CancellationToken.None);

        Assert.DoesNotContain(old, server.Get<KeyRing>().Roots);
        foreach (var key in keys)
            Assert.Equal("value", (await server.TryReveal(key)).Value());
    }

    [Fact]
    public async Task Tampered_row_does_not_block_a_rotation()
    {
        await using var server = await RunningServer.Start();
        var (broken, _) = await server.Conceal("broken");
        var (sound, _) = await server.Conceal("sound");
        await using (var db = server.Database())
            await db.Database.ExecuteSqlAsync($"UPDATE Secrets SET Expires = Expires + 1 WHERE Id = {broken.Id}");
        var old = server.Get<KeyRing>().CurrentRoot;

        await server.Get<RotateKeys>().Run(_ => { }, CancellationToken.None);
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        await server.Get<RetireKey>().Run(old, CancellationToken.None);

        Assert.Equal("sound", (await server.TryReveal(sound)).Value());
    }

    [Fact]
    public async Task Columns_named_Box_or_Sealed_are_those_that_the_rotation_test_fills()
    {
        await using var server = await RunningServer.Start();
        await using var db = server.Database();
        var columns = db.Model.GetEntityTypes()
            .SelectMany(type => type.GetProperties().Where(p => p.Name is "Box" || p.Name.StartsWith("Sealed", StringComparison.Ordinal))
                .Select(p => $"{type.GetTableName()}.{p.Name}"))
            .Order(StringComparer.Ordinal);
        // The rotation test above fills these columns. KeyChecks has a row for each root. A metadata key alone seals SealedSecretKey.
        Assert.Equal(
            "DataProtectionKeys.Box KeptAnswers.Box KeyChecks.Box Outbox.Box Receipts.SealedMetadataKey Receipts.SealedSecretKey "
            + "Secrets.Box",
            string.Join(' ', columns));
    }

    /// <summary>The columns that contain boxes of <paramref name="root"/>.</summary>
    private static async Task<string[]> Naming(RunningServer server, uint root)
    {
        await server.Get<EraseDeleted>().Run(scrub: false, CancellationToken.None);
        return [.. RawFiles.Values(server.Folder)
            .Where(cell => cell.Value.AsSpan().StartsWith(Box.Mark) && Box.KeyId(cell.Value, "test") == root)
            .Select(cell => cell.Place)];
    }
}
