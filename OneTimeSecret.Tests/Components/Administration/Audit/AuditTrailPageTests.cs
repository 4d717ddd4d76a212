using System.Net;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Administration;
using OneTimeSecret.Tests.Audit;

namespace OneTimeSecret.Tests.Components.Administration.Audit;

/// <summary>How an administrator reads and exports the audit trail.</summary>
public sealed class AuditTrailPageTests
{
    [Fact]
    public async Task The_export_of_the_trail_needs_a_recent_proof_of_identity()
    {
        await using var server = await RunningServer.Start();
        using var admin = await server.SignInAdmin("/admin/audit");
        server.Clock.Advance(OpenedSession.ProofLifetime);
        await admin.Open("/admin/audit");
        var link = admin.Page.QuerySelector("a[href$='.ndjson']")!;
        Assert.False(link.HasAttribute("download")); // otherwise a browser would save the page that asks for the proof
        await admin.Open(link.GetAttribute("href")!);
        Assert.Equal("Confirm that it is you", admin.Heading);
        await admin.SendForm("main form", ("Password", People.Password));
        Assert.Equal("/admin/audit/export.ndjson", admin.Path);
        Assert.Equal("application/x-ndjson", admin.Answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("audit.ndjson", admin.Answer.Content.Headers.ContentDisposition!.FileName);
    }

    [Fact]
    public async Task A_search_covers_all_kinds_and_selects_no_kind()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value");
        await server.TryReveal(key);
        using var admin = await server.SignInAdmin("/admin/audit?kind=SecretCreated");
        Assert.Equal(("SecretCreated", 1), (Kind(), admin.Page.QuerySelectorAll("tbody tr").Length));
        await admin.Open($"/admin/audit?kind=SecretCreated&search={metadata.Name()}");
        Assert.Equal((null, 2), (Kind(), admin.Page.QuerySelectorAll("tbody tr").Length));

        string? Kind() => admin.Page.QuerySelector("#kind option[selected]")?.GetAttribute("value");
    }

    [Fact]
    public async Task Rows_show_the_exact_time_and_the_id_of_a_deleted_account()
    {
        await using var server = await RunningServer.Start();
        var owner = await server.SignedIn(People.Email);
        await server.Get<DeleteAccount>().Run(owner, owner.Email, People.Somewhere, CancellationToken.None);
        var row = (await server.Trail())[^1];
        using var admin = await server.SignInAdmin($"/admin/audit?kind={row.Kind}");
        var shown = admin.Text("tbody tr");
        Assert.Contains(FormattableString.Invariant($"{row.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC"), shown, StringComparison.Ordinal);
        Assert.Contains($"{owner.Id}", admin.Text("tbody td:nth-child(2)"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreadable_row_is_reported_instead_of_the_page_of_rows_that_contains_it()
    {
        await using var server = await RunningServer.Start();
        using var admin = await server.SignInAdmin("/admin/audit");
        await server.Tamper(db => db.Database.ExecuteSqlAsync($"UPDATE AuditEvents SET AccountId = 'nobody' WHERE Sequence = 1"));
        Assert.Equal(HttpStatusCode.OK, (await admin.Open("/admin/audit")).Answer.StatusCode);
        Assert.Contains("verify-audit names the row", admin.Text("main [role=alert]"), StringComparison.Ordinal);
        await admin.Open("/admin/audit?kind=SignedIn"); // the damaged row is of another kind
        Assert.Empty(admin.Page.QuerySelectorAll("main [role=alert]"));
    }
}
