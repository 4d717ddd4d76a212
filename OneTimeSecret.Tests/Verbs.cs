using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Retries;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Crypto;

namespace OneTimeSecret.Tests;

/// <summary>Calls the verbs of a running server without HTTP, so that tests can make many calls from many client addresses.</summary>
internal static class Verbs
{
    public static readonly Caller Somebody = new("192.0.2.1");

    /// <summary>The owner of an account, as a caller.</summary>
    public static Caller Asks(this SignedIn account) => Somebody with { Account = account };

    public static async Task<(SecretKey Key, MetadataKey Metadata)> Conceal(
        this RunningServer server, string value, string? passphrase = null, long? ttl = null, SignedIn? account = null)
    {
        var outcome = await server.Get<ConcealSecret>().Run(
            Encoding.UTF8.GetBytes(value), new SecretDraft(passphrase, ttl), Somebody with { Account = account }, CancellationToken.None);
        var receipt = Assert.IsType<ConcealOutcome.Concealed>(outcome).Receipt;
        return (SecretKey.Parse(receipt.SecretKey)!, MetadataKey.Parse(receipt.MetadataKey)!);
    }

    public static Task<RevealOutcome> TryReveal(
        this RunningServer server, SecretKey key, string? passphrase = null, string client = "192.0.2.1") =>
        server.Get<RevealSecret>().Run(key, passphrase, new Caller(client), CancellationToken.None);

    /// <summary>Reveals with the proof of an asker, who may get the answer again with it.</summary>
    public static Task<RevealOutcome> TryRevealWith(
        this RunningServer server, SecretKey key, RetryProof? proof, string? passphrase = null, string client = "192.0.2.1") =>
        server.Get<RevealSecret>().Run(key, passphrase, proof, new Caller(client), CancellationToken.None);

    /// <summary>A proof that no other test has.</summary>
    public static RetryProof Proof() => RetryProof.Parse(RetryProof.NewText())!;

    public static Task<BurnOutcome> TryBurn(
        this RunningServer server, MetadataKey key, string? passphrase = null, string client = "192.0.2.1") =>
        server.Get<BurnSecret>().Run(key, passphrase, new Caller(client), CancellationToken.None);

    /// <summary>The claim that ends a reveal or a burn.</summary>
    public static Task<ClaimOutcome> Claim(
        this RunningServer server, byte[] secretId, byte[] receiptId, ReceiptState final, TryOutcome.Spent? spent = null) =>
        server.Get<ClaimSecret>().Run(
            new Claim(new(secretId, receiptId, null, default), 0, final, Somebody) { Spent = spent }, CancellationToken.None);

    /// <summary>Spends tries as wrong passphrases do, without the hashes.</summary>
    public static async Task Spend(
        this RunningServer server, SecretKey key, int times, int clients = 20, PassphraseUse use = PassphraseUse.Reveal)
    {
        for (var i = 0; i < times; i++)
            Assert.IsType<TryOutcome.Spent>(
                await server.Get<PassphraseTries>().Spend(key.Id, use, $"client {i % clients}", CancellationToken.None));
    }

    /// <summary>
    /// Takes a slot of the hashing gate and one of its reserve. With <c>Passphrases:Concurrency=1</c> no hash starts until they are
    /// disposed.
    /// </summary>
    public static async Task<IDisposable> HashingSlot(this RunningServer server)
    {
        var gate = server.Get<HashingGate>();
        var slot = await gate.Enter(HashedText.Passphrase, "192.0.0.1", CancellationToken.None);
        return new Slots(slot, await gate.Enter(HashedText.Passphrase, "192.0.1.1", CancellationToken.None));
    }

    private sealed record Slots(IDisposable First, IDisposable Second) : IDisposable
    {
        public void Dispose()
        {
            First.Dispose();
            Second.Dispose();
        }
    }

    public static async Task<Receipt> Receipt(this RunningServer server, MetadataKey key) =>
        (await server.Get<FindReceipt>().Run(key, CancellationToken.None))!;

    /// <summary>Flips a bit of every secret's box, as a failing disk does.</summary>
    public static async Task Damage(this RunningServer server)
    {
        await using var db = server.Database();
        foreach (var secret in await db.Secrets.ToListAsync())
        {
            secret.Box = [.. secret.Box[..^1], (byte)(secret.Box[^1] ^ 1)];
            db.Entry(secret).Property(s => s.Box).IsModified = true;
        }
        await db.SaveChangesAsync();
    }

    /// <summary>Creates an account that may do everything, and signs it in.</summary>
    public static async Task<SignedIn> SignedIn(this RunningServer server, string email)
    {
        using var http = await server.Account(email);
        await using var db = server.Database();
        return new SignedIn((await db.FindAccount(email, CancellationToken.None)).Id, email, MayMail: true, TokenScopes.All);
    }

    /// <summary>The existing account of <see cref="Accounts.People.Email"/>.</summary>
    public static async Task<SignedIn> StoredOwner(this RunningServer server)
    {
        await using var db = server.Database();
        var account = await db.FindAccount(Accounts.People.Email, CancellationToken.None);
        return new SignedIn(account.Id, account.Email!, MayMail: true, TokenScopes.All);
    }

    /// <summary>Runs something with a scoped service.</summary>
    public static async Task<TResult> With<T, TResult>(this RunningServer server, Func<T, Task<TResult>> run)
        where T : notnull
    {
        await using var scope = server.Get<IServiceScopeFactory>().CreateAsyncScope();
        return await run(scope.ServiceProvider.GetRequiredService<T>());
    }

    /// <summary>The revealed value, or null if it was refused.</summary>
    public static string? Value(this RevealOutcome outcome) =>
        outcome is RevealOutcome.Revealed revealed ? Encoding.UTF8.GetString(revealed.Value.Bytes()) : null;

    /// <summary>Waits until another thread has made the condition true.</summary>
    public static async Task Until(Func<bool> condition, int seconds = 120)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromSeconds(seconds))
                Assert.Fail("the condition did not become true");
            await Task.Delay(1);
        }
    }

    public static Task<T[]> AtOnce<T>(int times, Func<int, Task<T>> run) =>
        Task.WhenAll(Enumerable.Range(0, times).Select(i => Task.Run(() => run(i))));
}
