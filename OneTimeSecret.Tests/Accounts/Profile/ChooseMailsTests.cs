using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Profile;

/// <summary>What an account is told by mail: nothing, until it asks.</summary>
public sealed class ChooseMailsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Only_the_wishes_that_are_given_change()
    {
        await Server.AddAccount();
        Assert.Equal((false, false), await Set(People.Email, null, null));
        Assert.Equal((true, false), await Set("Owner@Example.com", true, null));
        Assert.Equal((true, true), await Set(People.Email, null, true));
        Assert.Equal((false, true), await Set(People.Email, false, null));
        Assert.Equal((false, false), await Set(People.Email, null, false));
    }

    [Fact]
    public async Task An_owner_sets_both_for_their_account_alone()
    {
        var (owner, other) = (await Server.AddAccount("both@example.com"), await Server.AddAccount("other@example.com"));
        await Set(owner.Id, viewed: true, expiry: false);
        Assert.Equal((true, false), await Wishes(owner.Id));
        await Set(owner.Id, viewed: false, expiry: true);
        Assert.Equal((false, true), await Wishes(owner.Id));
        Assert.Equal((false, false), await Wishes(other.Id));
    }

    [Fact]
    public async Task Two_who_set_one_wish_each_at_once_both_get_theirs()
    {
        var owner = await Server.AddAccount("race@example.com");
        await Server.Race(2, i => i == 0 ? Set("race@example.com", true, null) : Set("race@example.com", null, true));
        Assert.Equal((true, true), await Wishes(owner.Id));
    }

    [Fact]
    public async Task Where_there_is_no_account_any_more_nothing_is_set()
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
