using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Administration;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Components.Administration.Accounts;

/// <summary>How an administrator finds and changes accounts, without script.</summary>
public sealed class AdminAccountPageTests
{
    private const string Suspension = "section[aria-labelledby=suspension] form";
    private const string ResetForm = "section[aria-labelledby=factor] form:has([name=Reset])";
    private const string Role = "section[aria-labelledby=role] form";

    [Fact]
    public async Task Accounts_are_listed_in_pages_and_found_by_the_beginning_of_their_address()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount("zoe@example.com");
        for (var i = 0; i < 30; i++)
            await server.AddAccount($"user{i:00}@example.com");
        using var admin = await server.SignInAdmin("/admin/accounts");
        Assert.Equal((25, Admins.Email), (Rows(admin), admin.Text("tbody tr a")));
        await admin.Open(admin.Page.QuerySelector("nav.actions a")!.GetAttribute("href")!);
        Assert.Equal((7, "Previous page"), (Rows(admin), admin.Text("nav.actions a")));
        await admin.Open("/admin/accounts?search=ZOE%40");
        Assert.Equal((1, "zoe@example.com"), (Rows(admin), admin.Text("tbody a")));
        await admin.Open("/admin/accounts?search=%3Cscript%3E");
        Assert.Equal(("No address begins so.", "<script>"), (admin.Text("main p[role=status]"), admin.Value("#search")));
    }

    [Fact]
    public async Task A_suspended_account_loses_its_sessions_and_can_sign_in_again_when_restored()
    {
        await using var server = await RunningServer.Start();
        var (admin, owner) = await Open(server);
        using var reader = await server.SignIn(back: "/");
        await admin.SendForm(Suspension, ("Suspend", "yes"), ("Reason", " <b>spam</b>\t & more "));
        Assert.Equal("The account is suspended, and its sessions are ended.", admin.News());
        Assert.Contains("<b>spam</b>", admin.Text("dl"), StringComparison.Ordinal);
        await reader.Open("/");
        Assert.False(reader.IsSignedIn());

        await admin.SendForm(Suspension, ("Suspend", "no"));
        Assert.Equal("The account is let in again.", admin.News());
        Assert.Null((await server.Stored(owner.Id)).Suspended);
        await reader.SignIn(back: "/");
        Assert.True(reader.IsSignedIn());
    }

    [Theory, InlineData(""), InlineData("  "), InlineData(null)]
    public async Task A_suspension_without_a_valid_reason_is_refused(string? reason)
    {
        await using var server = await RunningServer.Start();
        var (admin, owner) = await Open(server);
        await admin.SendForm(Suspension, ("Suspend", "yes"), ("Reason", reason ?? new string('x', AdminAct.MaxReason + 1)));
        Assert.Equal($"Say why, in at most {AdminAct.MaxReason} characters.", admin.Text("#reason-error"));
        Assert.StartsWith("Error: ", admin.Page.Title, StringComparison.Ordinal);
        Assert.Null((await server.Stored(owner.Id)).Suspended);
    }

    [Theory]
    [InlineData("5", "0", 5, 0, null), InlineData("", " ", null, null, null)]
    [InlineData(" 10000000 ", "1000000", 10_000_000, 1_000_000, null)]
    [InlineData("-1", "", null, null, "#Requests-error"), InlineData("10000001", "", null, null, "#Requests-error")]
    [InlineData("1", "many", null, null, "#Mails-error"), InlineData("1e3", "", null, null, "#Requests-error")]
    public async Task Valid_limits_are_saved_and_invalid_input_is_shown_again(
        string requests, string mails, int? most, int? mostMails, string? error)
    {
        await using var server = await RunningServer.Start();
        var (admin, owner) = await Open(server);
        await admin.SendForm("form:has(#Requests)", ("Input.Requests", requests), ("Input.Mails", mails));
        var stored = await server.Stored(owner.Id);
        Assert.Equal((most, mostMails), (stored.RequestLimit, stored.MailLimit));
        if (error is null)
            return;
        Assert.StartsWith("A whole number from 0 to 1", admin.Text(error), StringComparison.Ordinal);
        Assert.Equal((requests, mails), (admin.Value("#Requests"), admin.Value("#Mails")));
    }

    [Fact]
    public async Task A_second_factor_can_be_required_and_waived()
    {
        await using var server = await RunningServer.Start();
        var (admin, owner) = await Open(server);
        foreach (var demanded in (bool[])[true, false])
        {
            await admin.SendForm("section[aria-labelledby=factor] form", ("Needed", demanded ? "yes" : "no"));
            Assert.Equal(demanded, (await server.Stored(owner.Id)).NeedsFactor);
        }
    }

    [Fact]
    public async Task Lost_second_factors_are_removed_but_never_by_their_owner()
    {
        await using var server = await RunningServer.Start();
        var (admin, owner) = await Open(server);
        Assert.False(admin.Has(ResetForm)); // there is no factor
        await server.AddApp(owner.Id);
        await admin.Open($"/admin/accounts/{owner.Id}");
        await admin.Elsewhere(async elsewhere =>
        {
            await elsewhere.Open($"/admin/accounts/{owner.Id}");
            await elsewhere.SendForm(ResetForm, ("Reset", "yes"));
            Assert.Equal("The second factors are removed, and the sessions of the account are ended.", elsewhere.News());
        });
        Assert.Null((await server.Stored(owner.Id)).TotpKey);
        await admin.SendForm(ResetForm, ("Reset", "yes")); // an old page
        Assert.StartsWith("Nothing was changed: it was so already", admin.News(), StringComparison.Ordinal);

        await admin.AddApp(server);
        var own = (await server.Database().FindAccount(Admins.Email, CancellationToken.None)).Id;
        await admin.Open($"/admin/accounts/{own}");
        Assert.False(admin.Has(ResetForm));
        await admin.SendForm(Role, ("_handler", "reset"), ("Reset", "yes"));
        Assert.StartsWith("Nothing was changed: this is your own account.", admin.News(), StringComparison.Ordinal);
        Assert.NotNull((await server.Stored(own)).TotpKey);
    }

    [Fact]
    public async Task The_administrator_role_is_granted_and_revoked_but_the_last_administrator_stays()
    {
        await using var server = await RunningServer.Start();
        var (admin, _) = await Open(server);
        await admin.SendForm(Role, ("Grant", "yes"));
        Assert.Equal(2, await server.CountAdmins());
        await admin.SendForm(Role, ("Grant", "no"));
        Assert.Equal(1, await server.CountAdmins());

        await admin.Open("/admin/accounts?search=" + Admins.Email);
        await admin.Open(admin.Page.QuerySelector("tbody a")!.GetAttribute("href")!);
        foreach (var (form, act) in new[] { (Role, ("Grant", "no")), (Suspension, ("Suspend", "yes")) })
        {
            await admin.SendForm(form, act, ("Reason", "why not"));
            Assert.StartsWith("Nothing was changed: this is the last administrator.", admin.News(), StringComparison.Ordinal);
            Assert.Equal(1, await server.CountAdmins());
        }
    }

    [Theory, InlineData("suspension"), InlineData("limits"), InlineData("factor"), InlineData("reset"), InlineData("role")]
    public async Task A_form_without_its_fields_changes_nothing(string handler)
    {
        await using var server = await RunningServer.Start();
        var (admin, owner) = await Open(server);
        await server.AddApp(owner.Id);
        var before = await server.Stored(owner.Id);
        Assert.Equal(200, await admin.PostTo($"/admin/accounts/{owner.Id}", handler));
        var after = await server.Stored(owner.Id);
        Assert.Equivalent(before, after);
        Assert.Equal(1, await server.CountAdmins());
    }

    [Fact]
    public async Task A_form_for_a_deleted_account_says_that_there_is_no_such_account()
    {
        await using var server = await RunningServer.Start();
        var (admin, owner) = await Open(server);
        await using (var db = server.Database())
            await db.Users.Where(a => a.Id == owner.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.Deleted, server.Clock.GetUtcNow()));
        await admin.SendForm(Suspension, ("Suspend", "yes"), ("Reason", "why not"));
        Assert.Equal(("/admin/accounts?done=NotThere", 200), (admin.Path, admin.Status));
        await admin.Open($"/admin/accounts/{owner.Id}");
        Assert.Equal((404, "There is no such account"), (admin.Status, admin.Heading));
    }

    [Fact]
    public async Task An_administrator_who_has_lost_the_role_meanwhile_gets_404_and_changes_nothing()
    {
        await using var server = await RunningServer.Start();
        var other = await server.AddAdmin("other@example.com");
        var (admin, owner) = await Open(server);
        await using (var db = server.Database())
            await db.UserRoles.Where(role => role.UserId != other.Account!.Id).ExecuteDeleteAsync();
        await admin.SendForm(Suspension, ("Suspend", "yes"), ("Reason", "why not"));
        Assert.Equal((404, "There is no such page"), (admin.Status, admin.Heading));
        Assert.Null((await server.Stored(owner.Id)).Suspended);
    }

    [Fact]
    public async Task The_page_of_an_account_has_no_field_that_sets_a_credential_of_it()
    {
        await using var server = await RunningServer.Start();
        var (admin, owner) = await Open(server);
        await server.AddApp(owner.Id);
        await admin.Open($"/admin/accounts/{owner.Id}");
        var names = admin.Page.QuerySelectorAll("main :is(input, button, select, textarea)[name]")
            .Select(field => field.GetAttribute("name")!).Where(name => !name.StartsWith('_')).Distinct(StringComparer.Ordinal);
        Assert.Equal(["Reason", "Suspend", "Input.Requests", "Input.Mails", "Needed", "Reset", "Grant"], names, StringComparer.Ordinal);
    }

    private static int Rows(Reader reader) => reader.Page.QuerySelectorAll("tbody tr").Length;

    private static async Task<(Reader Admin, Core.Actors.Account Owner)> Open(RunningServer server)
    {
        var owner = await server.AddAccount();
        return (await server.SignInAdmin($"/admin/accounts/{owner.Id}"), owner);
    }
}
