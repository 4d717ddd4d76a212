using System.Net;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Administration;
using OneTimeSecret.Tests.Components;
using OneTimeSecret.Web.Jobs;

namespace OneTimeSecret.Tests.Jobs;

/// <summary>Hangfire's dashboard in the administrators' console.</summary>
public sealed class JobDashboardTests
{
    private const string Root = JobDashboard.Path;

    /// <summary>Pages, figures and commands of Hangfire.</summary>
    private static readonly string[] Paths =
    [
        Root, Root + "/", Root + "/recurring", Root + "/servers", Root + "/jobs/details/1", Root + "/stats", Root + "/recurring/trigger",
        Root + "/recurring/remove", Root + "/jobs/actions/delete/1", Root + "/jobs/enqueued/delete", Root + "/no-such-page",
    ];

    [Fact]
    public async Task Dashboard_exists_only_for_administrators_and_only_in_the_administrators_networks()
    {
        await using var server = await RunningServer.Start();
        await server.AddAdmin("another@example.com");
        await server.AddAccount("owner@example.com");
        var suspended = (await server.AddAdmin("suspended@example.com")).Account!.Id;
        using var anonymous = new Reader(server);
        using var owner = await server.SignIn("owner@example.com", back: "/");
        using var former = await server.SignIn("suspended@example.com", back: "/");
        await using (var db = server.Database())
            await db.Users.Where(a => a.Id == suspended)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.Suspended, server.Clock.GetUtcNow()));
        await using var elsewhere = await RunningServer.Start(server.Folder, adjust: null, "--Admin:Networks=192.0.2.0/24");
        using var admin = await elsewhere.SignIn("another@example.com", back: "/");
        Assert.True(admin.IsSignedIn());
        foreach (var reader in (Reader[])[anonymous, owner, former, admin])
            foreach (var path in Paths)
            {
                Assert.Equal((path, 404), (path, (await reader.Open(path)).Status));
                Assert.Equal((path, 404), (path, await reader.PostBare(path)));
            }
    }

    [Fact]
    public async Task Dashboard_is_read_only_needs_a_proof_of_identity_and_has_its_own_content_security_policy()
    {
        await using var server = await RunningServer.Start();
        server.Get<ClockWatch>().Look(); // creates the recurring job
        using var admin = await server.SignInAdmin(Root);
        Assert.Equal((200, Root), (admin.Status, admin.Path));
        Assert.Contains("Hangfire", admin.Page.Title, StringComparison.Ordinal);
        var policy = Policy(admin);
        Assert.Contains("style-src-attr 'unsafe-inline';script-src 'self';connect-src 'self';img-src 'self' data:;font-src 'self'", policy,
            StringComparison.Ordinal);
        foreach (var file in admin.Page.QuerySelectorAll("link[rel=stylesheet], script[src], link[rel~=icon]"))
            await admin.Elsewhere(async tab =>
                Assert.Equal(200, (await tab.Open(file.GetAttribute("href") ?? file.GetAttribute("src")!)).Status));

        await admin.Open(Root + "/recurring");
        Assert.Contains(ClockWatch.Tick, admin.Text("tbody"), StringComparison.Ordinal);
        Assert.False(admin.Has("[data-url], input[type=checkbox]")); // no commands
        Assert.Equal(404, (await admin.Open(Root + "/no-such-page")).Status);
        await admin.Open(Root);
        Assert.Equal(HttpStatusCode.OK, (await Post(admin, "/stats", "metrics[]", "recurring:count")).StatusCode);
        foreach (var command in (string[])["/recurring/trigger", "/recurring/remove", "/jobs/actions/delete/1", "/jobs/enqueued/delete",
            "/jobs/actions/requeue/1"])
            foreach (var id in (string[])[ClockWatch.Tick, "1"])
                Assert.Equal((command, 404), (command, (int)(await Post(admin, command, "jobs[]", id)).StatusCode));
        Assert.Equal(1, server.Enqueued()); // only the tick of the start
        Assert.Equal("Enqueued", server.Get<JobStorage>().GetMonitoringApi().JobDetails("1").History[0].StateName);
        Assert.All(Paths, path => Assert.Equal((path, 400), (path, admin.PostBare(path).GetAwaiter().GetResult())));

        await admin.Open("/admin/jobs");
        Assert.Equal(Root, admin.Page.QuerySelector($"main a[href='{Root}']")?.GetAttribute("href"));
        Assert.DoesNotContain("unsafe-inline", Policy(admin), StringComparison.Ordinal);
        server.Clock.Advance(OpenedSession.ProofLifetime);
        await admin.Open(Root + "/recurring");
        Assert.Equal($"/signin/again?back={Uri.EscapeDataString(Root + "/recurring")}", admin.Path);
    }

    [Fact]
    public async Task Antiforgery_cookie_of_the_dashboard_has_the_root_path_that_the_Host_prefix_requires()
    {
        await using var server = await RunningServer.Start("--Site:PublicUrl=https://secrets.example.com");
        using var admin = await server.SignInAdmin("/");
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(server.Origin) };
        http.DefaultRequestHeaders.Add("Cookie", string.Join("; ", admin.Cookies.GetAllCookies()
            .Where(cookie => !cookie.Name.Contains("form", StringComparison.Ordinal)).Select(cookie => $"{cookie.Name}={cookie.Value}")));
        using var answer = await http.GetAsync(new Uri(Root, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var made = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-ots-", made, StringComparison.Ordinal);
        Assert.Contains("; path=/; secure;", made, StringComparison.Ordinal);
    }

    private static string Policy(Reader reader) => Assert.Single(reader.Answer.Headers.GetValues("Content-Security-Policy"));

    private static Task<HttpResponseMessage> Post(Reader admin, string command, string name, string value)
    {
        var token = admin.Page.QuerySelector("meta[name=csrf-token]")!.GetAttribute("content")!;
        return admin.Fetch(Root + command, (name, value), ("__RequestVerificationToken", token));
    }
}
