using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Crypto;

namespace OneTimeSecret.Tests.Storage;

public sealed class StolenFilesTests
{
    [Fact]
    public async Task Raw_files_contain_no_key_value_passphrase_or_token_in_any_encoding()
    {
        await using var server = await RunningServer.Start("--Mail:Transport=Pickup", "--Site:PublicUrl=https://s.example.com");
        var account = await server.SignedIn("owner@example.com");
        using var http = await server.Account("another@example.com");
        var hidden = new List<string> { "a passphrase nobody guesses", "a long enough password", Token(http) };
        foreach (var passphrase in new[] { null, "a passphrase nobody guesses" })
        {
            foreach (var owner in new[] { null, account })
            {
                // One stays unread, one is revealed, one is burned, one has a short life.
                foreach (var fate in new[] { "unread", "revealed", "burned", "expired" })
                {
                    var value = $"the value that is {fate} {RandomNumberGenerator.GetHexString(12)}";
                    var (key, metadata) = await server.Conceal(value, passphrase, fate is "expired" ? 60 : null, owner);
                    hidden.AddRange([value, key.Text, metadata.Text]);
                    if (fate is "revealed")
                        Assert.NotNull((await server.TryReveal(key, passphrase)).Value());
                    if (fate is "burned")
                        await server.TryBurn(metadata, passphrase);
                }
            }
        }
        using var sent = await RunningServer.Post(
            http, "/api/v1/share", ("secret", "the mailed value"), ("recipient", "reader@example.com"));
        var receipt = await RunningServer.Json(sent);
        hidden.AddRange(["the mailed value", (string)receipt["secret_key"]!, (string)receipt["metadata_key"]!, "reader@example.com"]);

        var raw = RawFiles.In(server.Folder);
        Assert.All(hidden, text => Assert.Empty(raw.FormsOf(text)));
        Assert.NotEmpty(raw.FormsOf("owner@example.com")); // the search finds a text that is there
    }

    [Fact]
    public void Search_of_the_raw_files_finds_a_text_in_every_encoding()
    {
        const string Text = "2u7pq0mmx9oqzy8lrbkx3k3n5v1c7ae";
        var bytes = Encoding.ASCII.GetBytes(Text);
        byte[][] planted =
        [
            bytes, Encoding.Unicode.GetBytes(Text), Encoding.BigEndianUnicode.GetBytes(Text),
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes)), Encoding.ASCII.GetBytes(Convert.ToHexString(bytes)),
            .. Enumerable.Range(0, 3).Select(n => Encoding.ASCII.GetBytes(Convert.ToBase64String([.. new byte[n], .. bytes, 1, 2, 3]))),
        ];
        foreach (var form in planted)
        {
            var folder = Directory.CreateTempSubdirectory("ots-test-").FullName;
            File.WriteAllBytes(Path.Combine(folder, "file"), [7, .. form, 7]);
            Assert.NotEmpty(RawFiles.In(folder).FormsOf(Text));
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Database_and_key_ring_together_open_no_anonymous_secret()
    {
        await using var server = await RunningServer.Start();
        await server.Conceal("anonymous");
        await server.Conceal("anonymous and guarded", "right");
        Assert.Equal(0, await Opened(server));

        // The same attack opens what the trust model says it opens: unread secrets of accounts, whose links the server can restore.
        await server.Conceal("owned", account: await server.SignedIn("owner@example.com"));
        Assert.Equal(1, await Opened(server));
    }

    /// <summary>Tries every stored value, and all that the key ring opens, as key of every inner box. Returns how many open.</summary>
    private static async Task<int> Opened(RunningServer server)
    {
        var ring = server.Get<KeyRing>();
        var keys = RawFiles.Values(server.Folder).ConvertAll(value => value.Value);
        var keyRing = await File.ReadAllTextAsync(Path.Combine(server.Folder, "keyring"));
        keys.AddRange(keyRing.Split(' ', '\n').Select(Encoding.ASCII.GetBytes));
        await using var db = server.Database();
        var rows = await db.Secrets.Join(db.Receipts, s => s.ReceiptId, r => r.Id, (s, r) => new { Secret = s, Receipt = r }).ToListAsync();
        var boxes = rows.ConvertAll(row => new SecretBox.SecretPlace(
            row.Secret.Id, row.Receipt.Id, row.Receipt.OwnerId, row.Secret.Expires) is var place
            ? (place, Contents: SecretBox.OpenOuter(ring, place, row.Secret.Box)) : default);
        foreach (var (place, contents) in boxes)
            keys.AddRange(
                [ring.Open(place.Outer, rows.Single(row => row.Secret.Id == place.SecretId).Secret.Box).Bytes(), contents.Inner.ToArray()]);
        foreach (var receipt in rows.Select(row => row.Receipt).Where(receipt => receipt.SealedMetadataKey is not null))
            keys.Add(ring.Open(receipt.MetadataKeyPlace, receipt.SealedMetadataKey!).Bytes());
        keys.AddRange(keys.ConvertAll(Decoded).Where(key => key.Length > 0).ToList());
        // A metadata key opens the sealed link.
        foreach (var metadata in keys.Select(Text).Select(MetadataKey.Parse).OfType<MetadataKey>().ToList())
            keys.AddRange(rows
                .Select(row => TryOpen(() => metadata.Open(row.Receipt.SecretKeyPlace, row.Receipt.SealedSecretKey!))).OfType<byte[]>());

        return boxes.Count(box => keys.Exists(key => Opens(key, box.place, box.Contents)));
    }

    private static bool Opens(byte[] key, SecretBox.SecretPlace place, SecretBox.Contents contents)
    {
        foreach (var label in new[] { "ots/v1/inner/link", "ots/v1/inner/link+passphrase" })
        {
            var derived = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, [], Encoding.ASCII.GetBytes(label));
            if (TryOpen(() => Box.Open(derived, place.Inner, contents.Inner)) is not null)
                return true;
        }
        return (key.Length == 32 && TryOpen(() => Box.Open(key, place.Inner, contents.Inner)) is not null)
            || (SecretKey.Parse(Text(key)) is { } link && TryOpen(() => SecretBox.OpenInner(link, place, contents, null)) is not null);
    }

    private static byte[]? TryOpen(Func<SecretBytes> open)
    {
        try
        {
            return open().Bytes();
        }
        catch (BrokenBoxException)
        {
            return null;
        }
    }

    private static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static byte[] Decoded(byte[] text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(Text(text), bytes, out var length) ? bytes[..length] : [];
    }

    private static string Token(HttpClient http) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(http.DefaultRequestHeaders.Authorization!.Parameter!)).Split(':')[1];
}
