using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Tests.Secrets;

namespace OneTimeSecret.Tests.Accounts.SignIn;

/// <summary>Checking passwords and guessing them. Counts hashes, because a guess without a hash is none.</summary>
public sealed class CheckPasswordTests
{
    [Fact]
    public async Task The_right_password_names_its_account_and_every_other_is_wrong()
    {
        await using var server = await RunningServer.Start();
        var owner = await server.AddAccount();
        var right = Assert.IsType<SignInOutcome.Right>(await server.Try(People.Password, "Owner@Example.com"));
        Assert.Equal((owner.Id, owner.SecurityStamp), (right.AccountId, right.Stamp));
        Assert.DoesNotContain(right.Stamp, $"{right}", StringComparison.Ordinal);
        Assert.IsType<SignInOutcome.Wrong>(await server.Try(People.Password.ToUpperInvariant()));
        Assert.IsType<SignInOutcome.Wrong>(await server.Try(""));
        using var count = new HashCount();
        Assert.IsType<SignInOutcome.Wrong>(await server.Try(new string('x', SetPassword.MaxLength + 1)));
        Assert.Equal(0, count.Hashes); // longer than any password can be
        await server.Close(owner.Id);
        Assert.IsType<SignInOutcome.Wrong>(await server.Try(People.Password));
    }

    [Fact]
    public async Task Of_a_suspended_account_only_who_knows_its_password_hears()
    {
        await using var server = await RunningServer.Start();
        await server.Close((await server.AddAccount()).Id, suspended: true);
        Assert.IsType<SignInOutcome.Wrong>(await server.Try("wrong"));
        Assert.IsType<SignInOutcome.Suspended>(await server.Try(People.Password));
    }

    [Fact]
    public async Task A_thousand_wrong_passwords_from_one_client_run_five_hashes_in_a_quarter_of_an_hour()
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
    public async Task A_thousand_clients_run_thirty_hashes_against_one_account()
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
    public async Task Many_at_once_get_no_further_than_one_after_the_other()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var count = new HashCount();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => server.Try("wrong")));
        Assert.Equal(5, count.Hashes);
    }

    [Fact]
    public async Task An_unknown_address_is_counted_like_a_known_one()
    {
        await using var server = await RunningServer.Start();
        using var count = new HashCount();
        for (var i = 0; i < 6; i++)
            Assert.Equal(i == 5, await server.Try("wrong", email: "nobody@example.com") is SignInOutcome.TooMany);
        Assert.Equal(5, count.Hashes);
        // Text that is no address is counted by itself, not all of it together.
        Assert.IsType<SignInOutcome.Wrong>(await server.Try("wrong", email: "no address"));
    }

    [Fact]
    public async Task A_device_that_signed_in_before_has_five_guesses_as_well()
    {
        await using var server = await RunningServer.Start();
        var account = await server.AddAccount();
        var device = await server.Device(account.Id);
        using var count = new HashCount();
        for (var i = 0; i < 40; i++)
            await server.Try("wrong", device: device, client: $"198.51.100.{i}");
        Assert.Equal(5, count.Hashes);
        // It is no device of any other account.
        await server.AddAccount("other@example.com");
        for (var i = 0; i < 5; i++)
            Assert.IsType<SignInOutcome.Wrong>(await server.Try("wrong", email: "other@example.com", device: device));
        Assert.IsType<SignInOutcome.TooMany>(await server.Try("wrong", email: "other@example.com"));
    }

    [Fact]
    public async Task Many_devices_together_have_no_more_guesses_than_all_strangers()
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
    public async Task A_device_that_knew_another_password_is_as_new_as_any()
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
    public async Task The_right_password_costs_nothing()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        for (var i = 0; i < 40; i++)
            Assert.IsType<SignInOutcome.Right>(await server.Try(People.Password));
    }
}

internal static class Guesses
{
    /// <summary>A browser that has signed in to the account.</summary>
    public static async Task<KnownDevice> Device(this RunningServer server, Guid accountId) =>
        (await server.Get<OpenSession>().Run(accountId, null, People.Somewhere, false, [], CancellationToken.None))!.Device;

    public static Task<SignInOutcome> Try(
        this RunningServer server, string password, string email = People.Email, string client = "203.0.113.5",
        KnownDevice? device = null) =>
        server.Get<CheckPassword>().Run(email, password, client, device is null ? [] : [device], CancellationToken.None);
}
