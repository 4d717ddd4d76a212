using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Administration;
using OneTimeSecret.Tests.Audit;

namespace OneTimeSecret.Tests.Components.Administration.Receipts;

/// <summary>An administrator destroys a secret that they cannot read.</summary>
public sealed class DestroyPageTests
{
    [Fact]
    public async Task An_administrator_finds_a_receipt_and_destroys_its_secret_with_a_reason()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", "passphrase");
        using var admin = await server.SignInAdmin($"/admin/receipts?by=ShortId&search={metadata.Name()}");
        var path = admin.Page.QuerySelector("td a.button")!.GetAttribute("href")!;
        Assert.Equal(Path(metadata.Id), path);
        await admin.Open(path);
        Assert.Contains(metadata.Name(), admin.Text("main table"), StringComparison.Ordinal);
        await admin.SendForm("#burn", ("Reason", " reported as <b>phishing</b> "));
        Assert.Equal("The secret is destroyed.", admin.News());
        Assert.IsType<RevealOutcome.Unknown>(await server.TryReveal(key, "passphrase"));
        Assert.Equal(ReceiptState.Burned, (await server.Receipt(metadata)).State);
        var row = (await server.Trail())[^1];
        Assert.Equal(
            (AuditKind.SecretDestroyed, metadata.Name(), "reported as <b>phishing</b>"), (row.Kind, row.Subject, row.Detail));
    }

    [Theory, InlineData(" \t"), InlineData(null)]
    public async Task A_secret_is_not_destroyed_without_a_valid_reason(string? reason)
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value");
        using var admin = await server.SignInAdmin(Path(metadata.Id));
        await admin.SendForm("#burn", ("Reason", reason ?? new string('x', 301)));
        Assert.StartsWith("Say why", admin.Text("#reason-error"), StringComparison.Ordinal);
        Assert.Equal("value", (await server.TryReveal(key)).Value());
    }

    [Fact]
    public async Task A_secret_that_is_read_meanwhile_is_not_destroyed()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value");
        using var admin = await server.SignInAdmin(Path(metadata.Id));
        Assert.Equal("value", (await server.TryReveal(key)).Value());
        await admin.SendForm("#burn", ("Reason", "spam"));
        Assert.StartsWith("Nothing was changed", admin.News(), StringComparison.Ordinal);
        Assert.Equal(ReceiptState.Received, (await server.Receipt(metadata)).State);
        await admin.Open(Path(metadata.Id));
        Assert.Equal((404, true), (admin.Status, admin.Has("main .lead")));
        await admin.Open("/admin/receipts/nonsense/burn");
        Assert.Equal(404, admin.Status);
    }

    private static string Path(byte[] id) => $"/admin/receipts/{Convert.ToHexStringLower(id)}/burn";
}
