using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Banner;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Networks;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Components;
using OneTimeSecret.Tests.Jobs;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Administration;

/// <summary>The administrators' pages for networks, mails, jobs and the banner, without script.</summary>
public sealed class AdminPagesTests
{
    private const string Hostile = "<script>alert(1)</script>";

    [Fact]
    public async Task A_network_is_blocked_and_let_in_again()
    {
        await using var server = await RunningServer.Start();
        using var admin = await server.SignInAdmin("/admin/clients");
        await admin.SendForm("#block", ("Input.Network", "203.0.113.9/24"), ("Input.Reason", Hostile), ("Input.End", "6"));
        Assert.Equal("The network is blocked.", admin.News());
        Assert.Equal("203.0.113.0/24", admin.Text(".rows strong"));
        Assert.Equal(Hostile, admin.Text(".rows .hint"));
        var (block, by) = Assert.Single(await server.Get<BlockedNetworks>().List(CancellationToken.None));
        Assert.Equal(Admins.Email, by);
        Assert.Equal(server.Clock.GetUtcNow().AddHours(6), block.Expires!.Value, TimeSpan.FromSeconds(1));
        await admin.SendForm("#unblock", ("Which", "203.0.113.0/24"));
        Assert.Equal("The network is let in again.", admin.News());
        Assert.Equal("No network is blocked.", admin.Text("#unblock p"));
        await admin.SendForm("#unblock", ("Which", "203.0.113.0/24"));
        Assert.StartsWith("Nothing was changed", admin.News(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense", "spam", "#network-error", "This is neither an address nor a network.")]
    [InlineData("0.0.0.0/0", "spam", "#network-error", "This would block too much of the world.")]
    [InlineData("127.0.0.0/8", "spam", "#network-error", "You come from there (127.0.0.1)")]
    [InlineData("203.0.113.0/24", " ", "#reason-error", "Say why")]
    public async Task Mistake_is_reported_at_its_field_and_the_form_keeps_its_text(string network, string reason, string at, string message)
    {
        await using var server = await RunningServer.Start();
        using var admin = await server.SignInAdmin("/admin/clients");
        await admin.SendForm("#block", ("Input.Network", network), ("Input.Reason", reason), ("Input.End", "168"));
        Assert.StartsWith(message, admin.Text(at), StringComparison.Ordinal);
        Assert.Equal((network, reason, "168"), (admin.Value("#network"), admin.Value("#reason"), admin.Value("#end")));
        Assert.Empty(await server.Get<BlockedNetworks>().List(CancellationToken.None));
    }

    [Fact]
    public async Task Undeliverable_mail_can_be_retried_from_the_page_that_lists_it()
    {
        await using var server = await RunningServer.Start();
        var owner = (await server.AddAccount()).Id;
        await server.AddMail(owner, MailState.Sent);
        await server.AddMail(owner, MailState.Queued, "421 try later " + Hostile);
        var dead = await server.AddMail(owner, MailState.Failed, "550 no such user");
        using var admin = await server.SignInAdmin("/admin/mail");
        Assert.Equal(3, admin.Page.QuerySelectorAll("tbody tr").Length);
        Assert.Contains(Hostile, admin.Text("tbody"), StringComparison.Ordinal);
        Assert.Equal(dead.ToString(), Assert.Single(admin.Page.QuerySelectorAll("tbody button")).GetAttribute("value"));
        await admin.Open("/admin/mail?state=Failed");
        await admin.SendForm("#retry", ("Which", dead.ToString()));
        Assert.Equal(("/admin/mail?state=Failed&done=Retried", "The mail is in the queue again."), (admin.Path, admin.News()));
        Assert.Equal("No mail is in this state.", admin.Text("#retry p"));
        await admin.SendForm("#retry", ("Which", "nonsense"));
        Assert.StartsWith("Nothing was changed", admin.News(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Opted_out_address_can_be_allowed_mails_again()
    {
        await using var server = await RunningServer.Start();
        await server.OptOut("anna@example.com");
        using var admin = await server.SignInAdmin("/admin/mail");
        Assert.Contains("Addresses: 1.", admin.Text("section:has(#opt-outs)"), StringComparison.Ordinal);
        Assert.DoesNotContain("anna", admin.Text("main"), StringComparison.Ordinal);
        await admin.SendForm("#allow", ("Address", "bob@example.com"));
        Assert.Equal(
            ("This address gets its mails, or is none. Look at it again.", "bob@example.com"),
            (admin.Text("#address-error"), admin.Value("#address")));
        Assert.StartsWith("Error: ", admin.Page.Title, StringComparison.Ordinal);
        await admin.SendForm("#allow", ("Address", "Anna@example.com"));
        Assert.Equal("The address gets mails again.", admin.News());
        await using var db = server.Database();
        Assert.False(await db.OptOuts.AnyAsync());
    }

    [Fact]
    public async Task Administrator_can_start_a_job()
    {
        await using var server = await RunningServer.Start();
        using var admin = await server.SignInAdmin("/admin/jobs");
        Assert.Equal(JobNames.All.Count, admin.Page.QuerySelectorAll(".rows li").Length);
        Assert.DoesNotContain("Admin.Job", admin.Text("main"), StringComparison.Ordinal);
        Assert.Contains("Every 1 minute. The scheduler stands still.", Squeezed(admin.Text(".rows li")), StringComparison.Ordinal);
        using var workers = server.Work();
        await admin.SendForm("#start", ("Which", JobNames.Warn));
        Assert.StartsWith("The job is started.", admin.News(), StringComparison.Ordinal);
        await using var db = server.Database();
        await Verbs.Until(() => db.JobRuns.AsNoTracking().Any(run => run.Job == JobNames.Warn && run.Result == JobResult.Done));
        await admin.Open("/admin/jobs");
        Assert.Contains("Done", admin.Text("li:has([value=warn]) .run"), StringComparison.Ordinal);
        await admin.SendForm("#start", ("Which", "nonsense"));
        Assert.StartsWith("Nothing was changed", admin.News(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Banner_is_shown_to_everybody_until_it_expires()
    {
        await using var server = await RunningServer.Start();
        using var admin = await server.SignInAdmin("/admin/banner");
        using var stranger = await new Reader(server).Open("/");
        Assert.False(stranger.Has(".banner"));
        await admin.SendForm("#set", ("Input.Text", $" {Hostile} & back soon "), ("Input.End", "1"));
        Assert.Equal("The banner is shown on all pages.", admin.News());
        foreach (var path in (string[])["/", "/no-such-page", "/signin"])
        {
            await stranger.Open(path);
            Assert.Equal(($"{Hostile} & back soon", "status"), (stranger.Text(".banner"), Role(stranger)));
        }
        server.Clock.Advance(TimeSpan.FromHours(1));
        Assert.False((await stranger.Open("/")).Has(".banner"));
    }

    [Fact]
    public async Task Banner_can_be_removed()
    {
        await using var server = await RunningServer.Start();
        using var admin = await server.SignInAdmin("/admin/banner");
        await admin.SendForm("#set", ("Input.Text", "Back soon"), ("Input.End", ""));
        await admin.SendForm("#take");
        Assert.Equal("The banner is taken away.", admin.News());
        Assert.False(admin.Has(".banner"));
        await admin.SendForm("#take");
        Assert.StartsWith("Nothing was changed", admin.News(), StringComparison.Ordinal);
    }

    [Theory, InlineData(" "), InlineData("two\nlines"), InlineData("a\u202Eb"), InlineData(null)]
    public async Task Invalid_banner_text_is_refused(string? text)
    {
        await using var server = await RunningServer.Start();
        using var admin = await server.SignInAdmin("/admin/banner");
        await admin.SendForm("#set", ("Input.Text", text ?? new string('x', SetBanner.MaxLength + 1)), ("Input.End", "1"));
        Assert.StartsWith("Type a text of 1 to 300", admin.Text("#text-error"), StringComparison.Ordinal);
        Assert.Null(server.Get<CurrentBanner>().Text);
    }

    [Theory]
    [InlineData("clients", "block"), InlineData("clients", "unblock"), InlineData("mail", "retry"), InlineData("mail", "allow")]
    [InlineData("jobs", "start"), InlineData("banner", "set"), InlineData("banner", "take")]
    public async Task Form_post_without_fields_causes_no_server_error(string page, string handler)
    {
        await using var server = await RunningServer.Start();
        using var admin = await server.SignInAdmin($"/admin/{page}");
        Assert.Equal(200, await admin.PostTo($"/admin/{page}", handler));
    }

    private static string? Role(Reader reader) => reader.Page.QuerySelector(".banner")!.GetAttribute("role");

    private static string Squeezed(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
