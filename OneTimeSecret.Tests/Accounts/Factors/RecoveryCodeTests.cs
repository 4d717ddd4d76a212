using OneTimeSecret.Core.Accounts.Factors;

namespace OneTimeSecret.Tests.Accounts.Factors;

/// <summary>Recovery codes replace a lost app.</summary>
public sealed class RecoveryCodeTests
{
    [Fact]
    public async Task Recovery_code_signs_in_once_regardless_of_case_and_separators()
    {
        await using var server = await RunningServer.Start();
        var (_, _, codes) = await server.AddAccountWithApp();
        Assert.Equal(10, codes.Distinct(StringComparer.Ordinal).Count());
        var typed = $" {codes[3].Replace("-", " ", StringComparison.Ordinal).ToLowerInvariant()} ";
        using var reader = await (await server.SignIn()).SendCode(typed);
        Assert.True(reader.IsSignedIn());
        await reader.Open("/account/security");
        Assert.Contains("9 are left.", reader.Text("main"), StringComparison.Ordinal);
        using var again = await (await server.SignIn()).SendCode(codes[3]);
        Assert.False(again.IsSignedIn());
    }

    [Fact]
    public async Task New_codes_replace_the_old_ones_and_are_shown_once()
    {
        await using var server = await RunningServer.Start();
        var (account, key, old) = await server.AddAccountWithApp();
        using var reader = await (await server.SignIn()).SendCode(server.Code(key));
        await reader.Open("/account/security/codes");
        await reader.Send();
        var codes = reader.Text("#codes").Split('\n');
        Assert.Equal(10, codes.Length);
        Assert.Contains("no-store", reader.Answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        await reader.Open("/account/security/codes");
        Assert.DoesNotContain(codes[0], reader.Page.DocumentElement.TextContent, StringComparison.Ordinal);
        Assert.IsType<CodeOutcome.Wrong>(await server.Get<CheckCode>().Run(account.Id, old[0], "192.0.2.1", CancellationToken.None));
        Assert.IsType<CodeOutcome.Right>(await server.Get<CheckCode>().Run(account.Id, codes[0], "192.0.2.1", CancellationToken.None));
    }

    [Fact]
    public async Task Recovery_codes_exist_only_together_with_a_factor()
    {
        await using var server = await RunningServer.Start();
        var account = await server.AddAccount();
        Assert.Null(await server.Get<MakeRecoveryCodes>().Run(account.Id, People.Somewhere, CancellationToken.None));
        using var reader = await server.SignIn();
        var (_, codes) = await reader.AddApp(server);
        await reader.Open("/account/security/app");
        await reader.SendForm("form.part");
        Assert.Equal("The authenticator app is removed. Its codes open nothing any more.", reader.Text("[role=status].note"));
        Assert.Null((await server.Stored(account.Id)).TotpKey);
        Assert.IsType<CodeOutcome.Wrong>(await server.Get<CheckCode>().Run(account.Id, codes[0], "192.0.2.1", CancellationToken.None));
    }
}
