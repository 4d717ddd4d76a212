using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Jobs;
using OneTimeSecret.Web.Jobs;

namespace OneTimeSecret.Tests.Browser;

/// <summary>Only a browser can show whether Hangfire's own pages keep to the content security policy that they get.</summary>
public sealed class JobDashboardLooksTests(Chromium chromium) : BrowserTests(chromium)
{
    [Fact]
    public async Task Dashboard_pages_work_without_violating_their_content_security_policy()
    {
        await using var server = await RunningServer.Start(null, builder => builder.Services.AddHostedService<JobServer>());
        server.Clock.Advance(JobServer.Pause);
        await server.AddAdmin();
        var visit = await Visit(server);
        await visit.OpensSignedIn(server, "/admin/jobs", AdminAccounts.Email);
        await visit.Page.Locator($"a[href='{JobDashboard.Path}']").ClickAsync();
        var figures = await visit.Page.WaitForResponseAsync(answer => answer.Url.EndsWith("/stats", StringComparison.Ordinal));
        Assert.Equal(200, figures.Status); // the page's script posts with the antiforgery token
        await visit.Picture("admin-dashboard");
        server.Ask(JobNames.Warn);
        foreach (var page in (string[])["/recurring", "/servers", "/jobs/succeeded", "/jobs/details/1"])
        {
            await visit.Open(JobDashboard.Path + page);
            await visit.Picture($"admin-dashboard-{page[(page.LastIndexOf('/') + 1)..]}");
        }
    }
}
