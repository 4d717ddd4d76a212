using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Commands;

/// <summary>The verbs with which an operator lists, suspends, resumes, deletes and helps accounts.</summary>
public sealed partial class ManageCommandsTests : IAsyncLifetime
{
    private const string Email = People.Email;

    private readonly TemporaryFolder _folder = new();

    public async ValueTask InitializeAsync() => await _folder.Make();

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task All_accounts_are_listed_with_their_state_and_without_anything_secret()
    {
        await using var server = await RunningServer.Start(_folder.Data, adjust: null);
        var made = server.Clock.GetUtcNow();
        var admin = await server.AddAdmin();
        server.Clock.Advance(TimeSpan.FromHours(2));
        using var reader = await server.SignIn(AdminAccounts.Email);
        server.Clock.Advance(TimeSpan.FromHours(1));
        using var again = await server.SignIn(AdminAccounts.Email);
        await server.AddApp(admin.Account!.Id);
        await server.AddAccount("suspended@example.com");
        await _folder.Run("account", "suspend", "suspended@example.com");
        var pending = (await server.AddAccount("pending@example.com")).Id;
        await using (var db = server.Database())
            await db.Users.Where(a => a.Id == pending).ExecuteUpdateAsync(set => set.SetProperty(a => a.EmailConfirmed, false));

        var listed = (await _folder.RunBuilt("account", "list")).Output;
        Assert.StartsWith($"admin@example.com\t{Iso(made)}\t{Iso(made.AddHours(3))}\tverified\tadmin\t-\tfactor\n", listed, Ordinal);
        Assert.Equal(
            """
            admin@example.com T T verified admin - factor
            pending@example.com T - unverified - - -
            suspended@example.com T - verified - suspended -

            """,
            Time().Replace(listed, "T").Replace('\t', ' '));
    }

    [Fact]
    public async Task A_suspended_account_is_signed_out_at_once_and_can_sign_in_when_it_is_resumed()
    {
        await using var server = await RunningServer.Start(_folder.Data, adjust: null);
        var owner = await server.AddAccount();
        using var reader = await server.SignIn(back: "/");
        Assert.Equal(Email, (await _folder.Run("account", "suspend", Email, "--reason", "sent spam")).Result);
        Assert.False((await reader.Open("/")).IsSignedIn());
        Assert.Equal("sent spam", (await server.Stored(owner.Id)).SuspendedFor);
        Assert.Contains("is suspended already", (await _folder.Run("account", "suspend", Email)).Refusal, Ordinal);

        Assert.Equal(Email, (await _folder.Run("account", "resume", Email)).Result);
        Assert.Contains("is not suspended", (await _folder.Run("account", "resume", Email)).Refusal, Ordinal);
        Assert.True((await reader.SignIn(back: "/")).IsSignedIn());
        Assert.Contains("There is no account", (await _folder.Run("account", "suspend", "b@example.com")).Refusal, Ordinal);
        Assert.Contains("--reason must have", (await _folder.Run("account", "suspend", Email, "--reason", " ")).Refusal, Ordinal);
    }

    [Fact]
    public async Task An_account_is_deleted_only_with_the_option_yes()
    {
        await using var server = await RunningServer.Start(_folder.Data, adjust: null);
        var owner = await server.SignedIn(Email);
        var (key, _) = await server.Conceal("value", account: owner);
        var asked = (await _folder.Run("account", "delete", Email)).Refusal;
        Assert.Contains("1 unread secret(s), 1 receipt(s) and 1 API token(s) for ever. Nothing was deleted yet", asked, Ordinal);
        Assert.Null((await server.Stored(owner.Id)).Deleted);
        byte[] box;
        await using (var db = server.Database())
            box = (await db.Secrets.SingleAsync()).Box;

        await using (var open = server.Database())
        {
            await open.Database.OpenConnectionAsync(); // so that the verb's last connection is not that of the database
            Assert.Equal(Email, (await _folder.Run("account", "delete", Email, "--yes")).Result);
            Assert.False(RawFiles.In(_folder.Data).Hold(box.AsSpan(0, 40))); // the server does not know that there is something to erase
        }
        Assert.Null((await server.TryReveal(key)).Value());
        Assert.Equal("", (await _folder.Run("account", "list")).Output);
        Assert.Contains("There is no account", (await _folder.Run("account", "delete", Email, "--yes")).Refusal, Ordinal);
    }

    [Fact]
    public async Task The_last_administrator_is_neither_suspended_nor_deleted()
    {
        await using var server = await RunningServer.Start(_folder.Data, adjust: null);
        await server.AddAdmin();
        string[][] verbs = [["account", "suspend", AdminAccounts.Email], ["account", "delete", AdminAccounts.Email, "--yes"]];
        foreach (var verb in verbs)
            Assert.Contains("is the only administrator", (await _folder.Run(verb)).Refusal, Ordinal);
        Assert.Equal(1, await server.CountAdmins());
    }

    [Fact]
    public async Task A_lost_second_factor_is_removed_so_that_the_password_alone_signs_in()
    {
        await using var server = await RunningServer.Start(_folder.Data, adjust: null);
        await server.AddAccountWithApp();
        Assert.Equal(Email, (await _folder.Run("account", "reset-factors", Email)).Result);
        using var reader = await server.SignIn(back: "/");
        Assert.True(reader.IsSignedIn());
        Assert.Contains("has no second factor", (await _folder.Run("account", "reset-factors", Email)).Refusal, Ordinal);
    }

    [Theory]
    [InlineData("list", "last sign-in"), InlineData("suspend", "--reason"), InlineData("resume", "EMAIL"), InlineData("delete", "--yes")]
    [InlineData("reset-factors", "passkeys")]
    public async Task Help_explains_every_verb(string verb, string word) =>
        Assert.Contains(word, (await _folder.Run("account", verb, "--help")).Output, Ordinal);

    private static string Iso(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", RegexOptions.NonBacktracking)]
    private static partial Regex Time();
}
