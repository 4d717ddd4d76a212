using System.Text;
using System.Text.RegularExpressions;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;

namespace OneTimeSecret.Tests.Administration;

/// <summary>Collects all text that an administrator can see, and tries each word of it as a key and as a token.</summary>
public sealed partial class NothingOpensTests
{
    [Fact]
    public async Task Nothing_that_an_administrator_sees_opens_a_secret_a_receipt_or_an_account()
    {
        await using var server = await RunningServer.Start();
        using var admin = await server.SignInAdmin();
        var owner = await server.SignedIn(People.Email);
        var token = await server.Get<AddToken>().Run(People.Email, "script", TokenScopes.All, null, CancellationToken.None);
        var secrets = new List<(SecretKey Key, MetadataKey Metadata)>
        {
            await server.Conceal("nobody's"), await server.Conceal("somebody's", account: owner),
            await server.Conceal("guarded", "a passphrase", account: owner),
        };
        await server.TryReveal(secrets[2].Key, "not it");

        var seen = new StringBuilder();
        foreach (var path in await Pages(server))
        {
            await admin.Open(path);
            Assert.Equal(200, admin.Status);
            seen.AppendLine(admin.Page.DocumentElement!.OuterHtml);
        }
        var all = seen.ToString();
        foreach (var (key, metadata) in secrets)
        {
            Assert.Contains(StoredReceipt.ShortId(metadata.Id), all, StringComparison.Ordinal); // the pages do show the receipt
            Assert.DoesNotContain(key.Text, all, StringComparison.Ordinal);
            Assert.DoesNotContain(metadata.Text, all, StringComparison.Ordinal);
        }
        Assert.DoesNotContain(token, all, StringComparison.Ordinal);

        var words = Words().Matches(all).Select(word => word.Value).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(words.Count > 200, $"only {words.Count} words were seen");
        foreach (var word in words)
        {
            var revealed = await server.Get<RevealSecret>().Run(SecretKey.Parse(word), null, Verbs.Somebody, CancellationToken.None);
            Assert.Null(revealed.Value());
            Assert.Null(await server.Get<FindReceipt>().Run(MetadataKey.Parse(word), CancellationToken.None));
            Assert.Null(await server.AccountOf(People.Email, word));
        }
        Assert.Equal("nobody's", (await server.TryReveal(secrets[0].Key)).Value());
        Assert.Equal("somebody's", (await server.TryReveal(secrets[1].Key)).Value());
    }

    /// <summary>The paths of all pages, of the pages of all rows, and of the export.</summary>
    private static async Task<IEnumerable<string>> Pages(RunningServer server)
    {
        var receipts = await server.Get<BrowseAllReceipts>().Run(new AllReceiptsQuery(), CancellationToken.None);
        var accounts = await server.Get<BrowseAccounts>().Run(null, null, CancellationToken.None);
        return
        [
            "/admin", "/admin/receipts", "/admin/accounts", "/admin/clients", "/admin/mail", "/admin/jobs", "/admin/audit", "/admin/banner",
            "/admin/settings", "/admin/audit/export.ndjson",
            .. receipts.Items.Select(row => $"/admin/receipts/{row.RowId}/burn"),
            .. accounts.Items.Select(account => $"/admin/accounts/{account.Id}"),
        ];
    }

    [GeneratedRegex("[A-Za-z0-9_-]{8,}", RegexOptions.NonBacktracking)]
    private static partial Regex Words();
}
