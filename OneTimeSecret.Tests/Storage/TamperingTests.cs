using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Tests.Storage;

/// <summary>An attacker who can write the database can destroy secrets but open none. A damaged secret is not consumed.</summary>
public sealed class TamperingTests
{
    private static readonly Dictionary<string, string> ChangesToSecrets = new(StringComparer.Ordinal)
    {
        ["boxes swapped"] = "UPDATE Secrets SET Box = (SELECT Box FROM Before_Secrets b WHERE b.Id <> Secrets.Id)",
        ["ids swapped"] = """
            UPDATE Secrets SET Id = randomblob(32);
            UPDATE Secrets SET Id = (SELECT b.Id FROM Before_Secrets b WHERE b.Box <> Secrets.Box)
            """,
        ["receipts swapped"] = """
            UPDATE Secrets SET ReceiptId = randomblob(32);
            UPDATE Secrets SET ReceiptId = (SELECT b.ReceiptId FROM Before_Secrets b WHERE b.Id <> Secrets.Id)
            """,
        ["given to another account"] = "UPDATE Receipts SET OwnerId = (SELECT Id FROM AspNetUsers WHERE Email = 'eve@example.com')",
        ["made anonymous"] = "UPDATE Receipts SET OwnerId = NULL",
        ["expiry put off"] =
            "UPDATE Secrets SET Expires = Expires + 86400000; UPDATE Receipts SET SecretExpires = SecretExpires + 86400000",
        ["expiry brought forward"] = "UPDATE Secrets SET Expires = Expires - 1000",
        ["a sealed metadata key for a box"] =
            "UPDATE Secrets SET Box = (SELECT SealedMetadataKey FROM Receipts r WHERE r.Id = Secrets.ReceiptId)",
        ["a sealed secret key for a box"] =
            "UPDATE Secrets SET Box = (SELECT SealedSecretKey FROM Receipts r WHERE r.Id = Secrets.ReceiptId)",
        ["another root named"] = "UPDATE Secrets SET Box = CAST(substr(Box, 1, 16) || x'01020304' || substr(Box, 21) AS BLOB)",
        ["boxes cut short"] = "UPDATE Secrets SET Box = CAST(substr(Box, 1, 20) AS BLOB)",
        ["boxes emptied"] = "UPDATE Secrets SET Box = x''",
    };

    private static readonly Dictionary<string, string> ChangesToReceipts = new(StringComparer.Ordinal)
    {
        ["sealed secret keys swapped"] =
            "UPDATE Receipts SET SealedSecretKey = (SELECT SealedSecretKey FROM Before_Receipts b WHERE b.Id <> Receipts.Id)",
        ["columns swapped"] = "UPDATE Receipts SET SealedSecretKey = SealedMetadataKey, SealedMetadataKey = SealedSecretKey",
        ["ids swapped"] = """
            UPDATE Receipts SET Id = randomblob(32);
            UPDATE Receipts SET Id = (SELECT b.Id FROM Before_Receipts b WHERE b.SealedSecretKey <> Receipts.SealedSecretKey)
            """,
        ["given to another account"] = "UPDATE Receipts SET OwnerId = (SELECT Id FROM AspNetUsers WHERE Email = 'eve@example.com')",
        ["made anonymous"] = "UPDATE Receipts SET OwnerId = NULL",
    };

    public static TheoryData<string> ToSecrets => [.. ChangesToSecrets.Keys];

    public static TheoryData<string> ToReceipts => [.. ChangesToReceipts.Keys];

    [Theory]
    [MemberData(nameof(ToSecrets))]
    public async Task A_changed_secret_opens_for_nobody_and_is_not_consumed(string change)
    {
        await using var server = await RunningServer.Start();
        var secrets = await Two(server);
        await Execute(server, ChangesToSecrets[change]);
        foreach (var (key, metadata) in secrets)
        {
            Assert.Null(await Safely(async () => (await server.TryReveal(key)).Value()));
            Assert.Null(await Safely(async () => await server.TryBurn(metadata) as BurnOutcome.Burned));
        }
        await Restore(server);
        Assert.Equal("first", (await server.TryReveal(secrets[0].Key)).Value());
        Assert.Equal("second", (await server.TryReveal(secrets[1].Key)).Value());
    }

    [Theory]
    [MemberData(nameof(ToReceipts))]
    public async Task A_changed_receipt_shows_no_link_and_burns_nothing(string change)
    {
        await using var server = await RunningServer.Start();
        var secrets = await Two(server);
        await Execute(server, ChangesToReceipts[change]);
        foreach (var (_, metadata) in secrets)
        {
            Assert.Null(await Safely(async () => (await server.Receipt(metadata)).SecretKey));
            Assert.Null(await Safely(async () => await server.TryBurn(metadata) as BurnOutcome.Burned));
        }
        await Restore(server);
        Assert.IsType<BurnOutcome.Burned>(await server.TryBurn(secrets[0].Metadata));
        Assert.Equal("second", (await server.TryReveal(secrets[1].Key)).Value());
    }

    [Theory]
    [InlineData("UPDATE Receipts SET OwnerId = (SELECT Id FROM AspNetUsers WHERE Email = 'eve@example.com')")]
    [InlineData("UPDATE Receipts SET SealedMetadataKey = NULL")]
    [InlineData("""
        UPDATE Receipts SET SealedMetadataKey =
            CAST(substr(SealedMetadataKey, 1, 16) || x'01020304' || substr(SealedMetadataKey, 21) AS BLOB)
        """)]
    [InlineData("UPDATE Receipts SET SealedMetadataKey = SealedSecretKey")]
    [InlineData("UPDATE Receipts SET SealedMetadataKey = (SELECT SealedMetadataKey FROM Before_Receipts b WHERE b.Id <> Receipts.Id)")]
    public async Task Changed_receipt_is_omitted_from_the_recent_list_and_other_receipts_stay_listed(string change)
    {
        await using var server = await RunningServer.Start();
        var eve = await server.SignedIn("eve@example.com");
        await Two(server, withEve: false);
        await Execute(server, change);
        var (_, own) = await server.Conceal("of eve", account: eve);
        var recent = server.Get<RecentReceipts>();
        Assert.Equal(own.Text, Assert.Single(await recent.Run(eve, CancellationToken.None).ToListAsync()).MetadataKey);
        await using var db = server.Database();
        var owner = await db.FindAccount("owner@example.com", CancellationToken.None);
        Assert.Empty(await recent.Run(new SignedIn(owner.Id, owner.Email!, true, TokenScopes.All), CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task Anonymous_receipt_assigned_to_an_account_in_the_database_gives_that_account_nothing()
    {
        await using var server = await RunningServer.Start();
        var eve = await server.SignedIn("eve@example.com");
        var (key, metadata) = await server.Conceal("value");
        await server.Conceal("of eve", account: eve);
        await Execute(server, """
            UPDATE Receipts SET
                SealedMetadataKey = (SELECT SealedMetadataKey FROM Before_Receipts b WHERE b.OwnerId IS NOT NULL),
                OwnerId = (SELECT Id FROM AspNetUsers)
            WHERE OwnerId IS NULL
            """);
        Assert.Single(await server.Get<RecentReceipts>().Run(eve, CancellationToken.None).ToListAsync());
        await Assert.ThrowsAsync<BrokenBoxException>(() => server.Receipt(metadata));
        await Assert.ThrowsAsync<BrokenBoxException>(() => server.TryBurn(metadata));
        await Assert.ThrowsAsync<BrokenBoxException>(() => server.TryReveal(key));
    }

    private static async Task<List<(SecretKey Key, MetadataKey Metadata)>> Two(RunningServer server, bool withEve = true)
    {
        var owner = await server.SignedIn("owner@example.com");
        if (withEve)
            await server.SignedIn("eve@example.com");
        return [await server.Conceal("first", account: owner), await server.Conceal("second", account: owner)];
    }

    /// <summary>The result of <paramref name="run"/>, or null if it detects the damage.</summary>
    private static async Task<T?> Safely<T>(Func<Task<T?>> run)
        where T : class
    {
        try
        {
            return await run();
        }
        catch (Exception fault) when (fault is BrokenBoxException or KeyRingException)
        {
            return null;
        }
    }

    private static Task Execute(RunningServer server, string change) => Raw(server, $"""
        CREATE TABLE IF NOT EXISTS Before_Secrets AS SELECT * FROM Secrets;
        CREATE TABLE IF NOT EXISTS Before_Receipts AS SELECT * FROM Receipts;
        {change}
        """);

    private static Task Restore(RunningServer server) => Raw(server, """
        DELETE FROM Secrets; INSERT INTO Secrets SELECT * FROM Before_Secrets;
        DELETE FROM Receipts; INSERT INTO Receipts SELECT * FROM Before_Receipts;
        """);

    private static async Task Raw(RunningServer server, string statements)
    {
        await using var db = server.Database();
        await db.Database.ExecuteSqlRawAsync(statements);
    }
}
