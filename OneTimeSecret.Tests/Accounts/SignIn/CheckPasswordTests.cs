using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Tests.Secrets;

namespace OneTimeSecret.Tests.Accounts.SignIn;

/// <summary>Passwords are checked, and guesses are limited. The tests count hashes, because each tested guess computes one.</summary>
public sealed class CheckPasswordTests
{
    [Fact]
    public async Task Right_password_returns_its_account_and_any_other_is_refused()
    {
        await using var server = await RunningServer.Start();
        var owner = await server.AddAccount();
        var right = Assert.IsType<SignInOutcome.Right>(await server.Try(People.Password, "Owner@Example.com"));
        Assert.Equal((owner.Id, owner.SecurityStamp), (right.AccountId, right.Stamp));
        Assert.DoesNotContain(right.Stamp, $"{right}", StringComparison.Ordinal);
        Assert.IsType<SignInOutcome.Wrong>(await server.Try(People.Password.ToUpperInvariant()));
        Assert.IsType<SignInOutcome.Wrong>(await server.Try(""));
        using var count = new HashCount();
        Assert.IsType<SignInOutcome.Wrong>(await server.Try(new string('x', SetPassword.MaxTyped + 1)));
        Assert.Equal(0, count.Hashes); // no hash for text that is longer than any password
        await server.Close(owner.Id);
        Assert.IsType<SignInOutcome.Wrong>(await server.Try(People.Password));
    }

    [Fact]
    public async Task Suspension_is_shown_only_after_the_right_password()
    {
        await using var server = await RunningServer.Start();
        await server.Close((await server.AddAccount()).Id, suspended: true);
        Assert.IsType<SignInOutcome.Wrong>(await server.Try("wrong"));
        Assert.IsType<SignInOutcome.Suspended>(await server.Try(People.Password));
    }

    [Fact]
    public async Task Wrong_passwords_of_one_client_run_at_most_five_hashes_in_fifteen_minutes()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var count = new HashCount();
        for (var i = 0; i < 1000; i++)
            Assert.False(await server.Try($"wrong {i}") is SignInOutcome.Right);
        Assert.Equal(5, count.Hashes);
        Assert.IsType<SignInOutcome.TooMany>(await server.Try(People.Password));
        server.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.IsType<SignInOutcome.Right>(await server.Try(People.Password));
    }

    [Fact]
    public async Task Wrong_passwords_of_a_thousand_clients_run_at_most_thirty_hashes_against_one_account()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var count = new HashCount();
        await Parallel.ForAsync(0, 1000, async (i, _) =>
        {
            Assert.False(await server.Try("wrong", client: $"198.51.{i / 250}.{i % 250}") is SignInOutcome.Right);
        });
        Assert.Equal(30, count.Hashes);
    }

    [Fact]
    public async Task Parallel_guesses_run_no_more_hashes_than_sequential_ones()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var count = new HashCount();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => server.Try("wrong")));
        Assert.Equal(5, count.Hashes);
    }

    [Fact]
    public async Task Guesses_at_an_unknown_address_are_limited_like_those_at_a_known_one()
    {
        await using var server = await RunningServer.Start();
        using var count = new HashCount();
        for (var i = 0; i < 6; i++)
            Assert.Equal(i == 5, await server.Try("wrong", email: "nobody@example.com") is SignInOutcome.TooMany);
        Assert.Equal(5, count.Hashes);
        // Invalid addresses are counted separately, each by its text.
        Assert.IsType<SignInOutcome.Wrong>(await server.Try("wrong", email: "no address"));
    }

    [Fact]
    public async Task Known_device_has_five_guesses_and_is_known_to_its_own_account_only()
    {
        await using var server = await RunningServer.Start();
        var account = await server.AddAccount();
        var device = await server.Device(account.Id);
        using var count = new HashCount();
        for (var i = 0; i < 40; i++)
            await server.Try("wrong", device: device, client: $"198.51.100.{i}");
        Assert.Equal(5, count.Hashes);
        // For another account the device is unknown, so its guesses count as those of the client.
        await server.AddAccount("other@example.com");
        for (var i = 0; i < 5; i++)
            Assert.IsType<SignInOutcome.Wrong>(await server.Try("wrong", email: "other@example.com", device: device));
        Assert.IsType<SignInOutcome.TooMany>(await server.Try("wrong", email: "other@example.com"));
    }

    [Fact]
    public async Task All_known_devices_of_an_account_together_have_thirty_guesses()
    {
        await using var server = await RunningServer.Start();
        var account = await server.AddAccount();
        using var count = new HashCount();
        for (var i = 0; i < 10; i++)
        {
            var device = await server.Device(account.Id);
            for (var j = 0; j < 5; j++)
                await server.Try("wrong", device: device);
        }
        Assert.Equal(30, count.Hashes);
    }

    [Fact]
    public async Task Known_device_counts_as_unknown_after_the_password_changed()
    {
        await using var server = await RunningServer.Start();
        var account = await server.AddAccount();
        var device = await server.Device(account.Id);
        await using (var db = server.Database())
            await db.Users.ExecuteUpdateAsync(set => set.SetProperty(a => a.SecurityStamp, "another"));
        for (var i = 0; i < 5; i++)
            Assert.IsType<SignInOutcome.Wrong>(await server.Try("wrong"));
        Assert.IsType<SignInOutcome.TooMany>(await server.Try(People.Password, device: device));
    }

    [Fact]
    public async Task The_right_password_replaces_a_hash_of_an_older_version_and_a_wrong_one_does_not()
    {
        await using var server = await RunningServer.Start(null, WithIterations);
        var owner = await server.AddAccount();
        var (old, device) = (await GiveOldHash(server, owner), await server.Device(owner.Id));
        using var reader = await server.SignIn(back: "/", password: "wrong password");
        Assert.Equal(old, (await server.Stored(owner.Id)).PasswordHash);

        await reader.SignIn(back: "/");
        var stored = await server.Stored(owner.Id);
        Assert.Equal((0, 2), (Missing(server, stored.PasswordHash!), Missing(server, old)));
        Assert.Equal(owner.SecurityStamp, stored.SecurityStamp); // sessions, links and devices stay valid
        Assert.True((await reader.Open("/")).IsSignedIn());
        Assert.IsType<SignInOutcome.Right>(await server.Try(People.Password, device: device));
        Assert.Equal(stored.PasswordHash, (await server.Stored(owner.Id)).PasswordHash); // once
    }

    [Fact]
    public async Task A_password_that_was_changed_meanwhile_is_not_replaced_by_the_new_hash_of_the_old_one()
    {
        await using var server = await RunningServer.Start(null, WithIterations);
        var owner = await server.AddAccount();
        var changed = (await server.Stored(owner.Id)).PasswordHash;
        owner.PasswordHash = OldHasher(server).HashPassword(owner, "the password before");
        Assert.True(await server.Get<PasswordHashes>().Matches(owner, "the password before", "192.0.2.1", CancellationToken.None));
        Assert.Equal(changed, (await server.Stored(owner.Id)).PasswordHash);
    }

    [Theory]
    [InlineData("a château of letters", "a cha\u0302teau of letters")]
    [InlineData("a cha\u0302teau of letters", "a château of letters")]
    public async Task Password_matches_however_its_letters_are_typed(string set, string typed)
    {
        await using var server = await RunningServer.Start();
        var owner = await server.AddAccount();
        await server.GiveHash(owner, server.Get<KeyedPasswordHasher>().HashPassword(owner, set));
        Assert.IsType<SignInOutcome.Right>(await server.Try(typed));
        Assert.IsType<SignInOutcome.Wrong>(await server.Try("a chateau of letters"));
    }

    [Fact]
    public async Task Password_that_an_older_version_hashed_as_typed_matches_as_typed_and_then_however_it_is_typed()
    {
        await using var server = await RunningServer.Start();
        var owner = await server.AddAccount();
        var asTyped = Convert.ToBase64String(server.Get<KeyRing>().Hash(
            "password", owner.Id.ToByteArray(bigEndian: true), Encoding.UTF8.GetBytes("a cha\u0302teau of letters")));
        await server.GiveHash(owner, new PasswordHasher<Account>().HashPassword(owner, asTyped));
        Assert.IsType<SignInOutcome.Wrong>(await server.Try("a château of letters"));
        Assert.IsType<SignInOutcome.Right>(await server.Try("a cha\u0302teau of letters"));
        Assert.StartsWith("nfc.", (await server.Stored(owner.Id)).PasswordHash, StringComparison.Ordinal);
        Assert.IsType<SignInOutcome.Right>(await server.Try("a château of letters"));
    }

    /// <summary>A wrong password costs these iterations too, so that the time does not reveal which addresses have old accounts.</summary>
    [Fact]
    public async Task Missing_iterations_are_read_from_the_hash()
    {
        await using var server = await RunningServer.Start(null, WithIterations);
        var hasher = server.Get<KeyedPasswordHasher>();
        Assert.Equal((2, 0), (hasher.MissingIterations(OldHasher(server).HashPassword(new Account(), "x")),
            hasher.MissingIterations(hasher.HashPassword(new Account(), "x"))));
        foreach (var odd in (string[])["", "AQ==", "AAAA", Convert.ToBase64String(new byte[40])])
            Assert.Equal(0, hasher.MissingIterations(odd));
    }

    [Fact]
    public async Task Right_password_does_not_count_as_a_guess()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        for (var i = 0; i < 40; i++)
            Assert.IsType<SignInOutcome.Right>(await server.Try(People.Password));
    }

    private static void WithIterations(WebApplicationBuilder builder) =>
        builder.Services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 3);

    /// <summary>The hasher of an older version, which did one iteration.</summary>
    private static KeyedPasswordHasher OldHasher(RunningServer server) =>
        new(server.Get<KeyRing>(), new OptionsWrapper<PasswordHasherOptions>(new PasswordHasherOptions { IterationCount = 1 }));

    private static async Task<string> GiveOldHash(RunningServer server, Account owner)
    {
        var hash = OldHasher(server).HashPassword(owner, People.Password);
        await server.GiveHash(owner, hash);
        return hash;
    }

    private static int Missing(RunningServer server, string hash) => server.Get<KeyedPasswordHasher>().MissingIterations(hash);
}

internal static class Guesses
{
    /// <summary>A browser that has signed in to the account.</summary>
    public static async Task<KnownDevice> Device(this RunningServer server, Guid accountId) =>
        (await server.Get<OpenSession>().Run(accountId, null, People.Somewhere, false, [], CancellationToken.None))!.Device;

    public static async Task GiveHash(this RunningServer server, Account account, string hash)
    {
        await using var db = server.Database();
        await db.Users.Where(a => a.Id == account.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.PasswordHash, hash));
    }

    public static Task<SignInOutcome> Try(
        this RunningServer server, string password, string email = People.Email, string client = "203.0.113.5",
        KnownDevice? device = null) =>
        server.Get<CheckPassword>().Run(email, password, client, device is null ? [] : [device], CancellationToken.None);
}
