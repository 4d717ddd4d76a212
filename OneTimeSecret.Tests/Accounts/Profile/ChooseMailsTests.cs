using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Profile;

/// <summary>Which mails an account gets about its secrets. By default it gets none.</summary>
public sealed class ChooseMailsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Only_the_given_settings_change()
    {
        await Server.AddAccount();
        Assert.Equal((false, false), await Set(People.Email, null, null));
        Assert.Equal((true, false), await Set("Owner@Example.com", true, null));
        Assert.Equal((true, true), await Set(People.Email, null, true));
        Assert.Equal((false, true), await Set(People.Email, false, null));
        Assert.Equal((false, false), await Set(People.Email, null, false));
    }

    [Fact]
    public async Task Owner_sets_both_settings_for_their_own_account_only()
    {
        var (owner, other) = (await Server.AddAccount("both@example.com"), await Server.AddAccount("other@example.com"));
        await Set(owner.Id, viewed: true, expiry: false);
        Assert.Equal((true, false), await Wishes(owner.Id));
        await Set(owner.Id, viewed: false, expiry: true);
        Assert.Equal((false, true), await Wishes(owner.Id));
        Assert.Equal((false, false), await Wishes(other.Id));
    }

    [Fact]
    public async Task Parallel_changes_of_different_settings_both_take_effect()
    {
        var owner = await Server.AddAccount("race@example.com");
        await Server.Race(2, i => i == 0 ? Set("race@example.com", true, null) : Set("race@example.com", null, true));
        Assert.Equal((true, true), await Wishes(owner.Id));
    }

    [Fact]
    public async Task Unknown_account_is_refused_and_a_deleted_account_is_not_changed()
    {
        var refusal = await Assert.ThrowsAsync<AccountException>(() => Set("nobody@example.com", true, true));
        Assert.StartsWith("There is no account nobody@example.com", refusal.Message, StringComparison.Ordinal);
        var gone = await Server.AddAccount("gone@example.com");
        await Server.Close(gone.Id);
        await Set(gone.Id, viewed: true, expiry: true);
        Assert.Equal((false, false), await Wishes(gone.Id));
    }

    private Task<(bool Viewed, bool Expiry)> Set(string email, bool? viewed, bool? expiry) =>
        Server.Get<ChooseMails>().Run(email, viewed, expiry, CancellationToken.None);

    private Task Set(Guid accountId, bool viewed, bool expiry) =>
        Server.Get<ChooseMails>().Run(accountId, viewed, expiry, CancellationToken.None);

    private async Task<(bool Viewed, bool Expiry)> Wishes(Guid accountId)
    {
        var stored = await Server.Stored(accountId);
        return (stored.MailWhenViewed, stored.MailBeforeExpiry);
    }
}
