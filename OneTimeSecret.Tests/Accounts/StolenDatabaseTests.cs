using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Tests.Crypto;

namespace OneTimeSecret.Tests.Accounts;

/// <summary>Access to the database without the key ring is not enough to make a credential that the server accepts.</summary>
public sealed class StolenDatabaseTests
{
    private const string Forged = "ots_0123456789012345678901234567890123456789";

    [Fact]
    public async Task A_token_whose_plain_hash_is_written_into_the_database_is_refused()
    {
        await using var server = await RunningServer.Start();
        var id = (await server.SignedIn("owner@example.com")).Id;
        var token = Encoding.UTF8.GetBytes(Forged);
        byte[][] hashes =
        [
            SHA256.HashData(token), HMACSHA256.HashData(id.ToByteArray(bigEndian: true), token), HMACSHA256.HashData(new byte[32], token),
            SHA256.HashData([.. id.ToByteArray(bigEndian: true), .. token]), token,
        ];
        await using var db = server.Database();
        foreach (var hash in hashes)
            db.ApiTokens.Add(Row(hash, id));
        await db.SaveChangesAsync();
        Assert.False(await Accepts(server, "owner@example.com", Forged));

        db.ApiTokens.Add(Row(TokenHash.Of(server.Get<KeyRing>(), id, Forged), id));
        await db.SaveChangesAsync();
        Assert.True(await Accepts(server, "owner@example.com", Forged)); // the row is accepted if its hash is made with the server's key
    }

    [Fact]
    public async Task A_token_moved_to_another_account_is_refused()
    {
        await using var server = await RunningServer.Start();
        using var eve = await server.Account("eve@example.com");
        var owner = await server.SignedIn("owner@example.com");
        var token = Token(eve);
        Assert.True(await Accepts(server, "eve@example.com", token));
        await using var db = server.Database();
        await db.ApiTokens.Where(t => t.AccountId == owner.Id).ExecuteDeleteAsync();
        await db.ApiTokens.ExecuteUpdateAsync(set => set.SetProperty(t => t.AccountId, owner.Id));
        Assert.False(await Accepts(server, "owner@example.com", token));
        Assert.False(await Accepts(server, "eve@example.com", token));
    }

    [Fact]
    public async Task A_session_moved_to_another_account_is_refused()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount("eve@example.com");
        var owner = await server.AddAccount();
        using var eve = await server.SignIn("eve@example.com", back: "/");
        Assert.True(eve.IsSignedIn());
        await using var db = server.Database();
        await db.Sessions.ExecuteUpdateAsync(set => set.SetProperty(s => s.AccountId, owner.Id));
        await eve.Open("/account");
        Assert.False(eve.IsSignedIn());
    }

    [Fact]
    public async Task Token_whose_account_takes_the_address_of_another_account_still_shows_only_its_own_receipts()
    {
        await using var server = await RunningServer.Start();
        using var eve = await server.Account("eve@example.com");
        var owner = await server.SignedIn("owner@example.com");
        await server.Conceal("value", account: owner);
        await using var db = server.Database();
        await db.Users.Where(a => a.Id == owner.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.NormalizedEmail, "GONE"));
        await db.Users.Where(a => a.Email == "eve@example.com").ExecuteUpdateAsync(
            set => set.SetProperty(a => a.NormalizedEmail, "OWNER@EXAMPLE.COM"));
        eve.DefaultRequestHeaders.Authorization = RunningServer.Basic("owner@example.com", Token(eve));
        Assert.Equal("[]", await eve.GetStringAsync(new Uri("/api/v1/private/recent", UriKind.Relative)));
    }

    [Fact]
    public async Task A_password_hash_copied_to_another_account_is_refused()
    {
        await using var server = await RunningServer.Start();
        await server.SignedIn("eve@example.com");
        await server.SignedIn("owner@example.com");
        Assert.True(await HasPassword("owner@example.com", "a long enough password"));
        await using var db = server.Database();
        var eves = await db.Users.Where(a => a.Email == "eve@example.com").Select(a => a.PasswordHash).SingleAsync();
        await db.Users.Where(a => a.Email == "owner@example.com").ExecuteUpdateAsync(set => set.SetProperty(a => a.PasswordHash, eves));
        Assert.False(await HasPassword("owner@example.com", "a long enough password"));
        Assert.True(await HasPassword("eve@example.com", "a long enough password"));

        var plain = new PasswordHasher<Account>().HashPassword(new Account(), "another long password");
        await db.Users.ExecuteUpdateAsync(set => set.SetProperty(a => a.PasswordHash, plain));
        Assert.False(await HasPassword("owner@example.com", "another long password"));

        Task<bool> HasPassword(string email, string password) =>
            server.With<UserManager<Account>, bool>(async users =>
                await users.CheckPasswordAsync((await users.FindByEmailAsync(email))!, password));
    }

    [Fact]
    public async Task Tokens_and_cookies_made_by_a_copy_with_another_key_are_refused()
    {
        await using var server = await RunningServer.Start();
        await server.SignedIn("owner@example.com");
        var real = Cookies(server).Protect("owner");
        var folder = Directory.CreateTempSubdirectory("ots-test-").FullName;
        try
        {
            await using (var db = server.Database())
                await db.Database.ExecuteSqlAsync($"VACUUM INTO {Path.Combine(folder, "onetimesecret.db")}");
            // The copy gets a key ring of its own. It refuses to start until the rows that expose the wrong ring are deleted.
            await Assert.ThrowsAsync<KeyRingException>(() => RunningServer.Start(folder, adjust: null));
            await Execute(folder, "DELETE FROM KeyChecks; DELETE FROM DataProtectionKeys; DELETE FROM Generations;");
            await using var copy = await RunningServer.Start(folder, adjust: null);
            Assert.ThrowsAny<CryptographicException>(() => Cookies(copy).Unprotect(real));
            var forged = Cookies(copy).Protect("owner");
            Assert.ThrowsAny<CryptographicException>(() => Cookies(server).Unprotect(forged));
            Assert.Equal("owner", Cookies(server).Unprotect(real));
            Assert.False(await Resets(server, await ResetToken(copy)));
            Assert.True(await Resets(server, await ResetToken(server)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static IDataProtector Cookies(RunningServer of) => of.Get<IDataProtectionProvider>().CreateProtector("cookie");

        static Task<string> ResetToken(RunningServer of) => of.With<UserManager<Account>, string>(async users =>
            await users.GeneratePasswordResetTokenAsync((await users.FindByEmailAsync("owner@example.com"))!));

        static Task<bool> Resets(RunningServer of, string token) => of.With<UserManager<Account>, bool>(async users =>
        {
            var owner = (await users.FindByEmailAsync("owner@example.com"))!;
            return await users.VerifyUserTokenAsync(
                owner, TokenOptions.DefaultProvider, UserManager<Account>.ResetPasswordTokenPurpose, token);
        });
    }

    [Fact]
    public async Task The_keys_of_cookies_cannot_be_read_from_the_database()
    {
        await using var server = await RunningServer.Start();
        server.Get<IDataProtectionProvider>().CreateProtector("cookie").Protect("something"); // makes the first key
        var xml = Encoding.UTF8.GetString(Assert.Single(server.Get<DataProtectionKeys>().Read()).Bytes());
        var secret = xml[(xml.IndexOf("<value>", StringComparison.Ordinal) + 7)..xml.IndexOf("</value>", StringComparison.Ordinal)];
        var raw = RawFiles.In(server.Folder);
        Assert.Empty(raw.FormsOf(secret));
        Assert.False(raw.Hold(Convert.FromBase64String(secret)));
        Assert.False(raw.Hold("masterKey"u8));
    }

    private static ApiToken Row(byte[] hash, Guid account) => new()
    {
        Hash = hash, AccountId = account, Name = Convert.ToHexString(hash), Scopes = TokenScopes.All, Created = DateTimeOffset.UnixEpoch,
    };

    private static async Task<bool> Accepts(RunningServer server, string email, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/authcheck", UriKind.Relative));
        request.Headers.Authorization = RunningServer.Basic(email, token);
        using var answer = await server.Http.SendAsync(request);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    private static string Token(HttpClient http) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(http.DefaultRequestHeaders.Authorization!.Parameter!)).Split(':')[1];

    private static async Task Execute(string folder, string statements)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "onetimesecret.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = statements;
        await command.ExecuteNonQueryAsync();
    }
}
