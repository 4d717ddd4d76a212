using System.Net;
using OneTimeSecret.Core.Networks;
using OneTimeSecret.Tests.Accounts;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Commands;

/// <summary>The verbs for administrators and blocked networks.</summary>
public sealed class AdminCommandsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Administrators_are_listed_and_revoked_but_the_last_one_stays()
    {
        await _folder.Make();
        foreach (var email in new[] { "b@example.com", "a@example.com", "c@example.com" })
            await _folder.Run("account", "add", email);
        Assert.Equal("", (await _folder.Run("admin", "list")).Output);
        await _folder.Run("admin", "grant", "b@example.com");
        await _folder.Run("admin", "grant", "a@example.com");
        Assert.Equal("a@example.com\nb@example.com\n", (await _folder.Run("admin", "list")).Output);
        Assert.Contains("is not an administrator", (await _folder.Run("admin", "revoke", "c@example.com")).Refusal, Ordinal);
        Assert.Contains("There is no account", (await _folder.Run("admin", "revoke", "d@example.com")).Refusal, Ordinal);
        Assert.Equal("a@example.com", (await _folder.Run("admin", "revoke", "A@example.com")).Result.ToLowerInvariant());
        Assert.Contains("b@example.com is the only", (await _folder.Run("admin", "revoke", "b@example.com")).Refusal, Ordinal);
        Assert.Equal("b@example.com", (await _folder.Run("admin", "list")).Result);
    }

    [Fact]
    public async Task An_operator_can_list_and_unblock_networks_while_the_server_runs()
    {
        var data = Directory.CreateDirectory(_folder.Data).FullName;
        await using (var server = await RunningServer.Start(data, adjust: null))
        {
            var admin = await server.AddAdmin();
            var block = server.Get<BlockNetwork>();
            await block.Run(admin, "127.0.0.0/8", "guesses passphrases", null, CancellationToken.None);
            await block.Run(admin, "2001:db8::/32", "abuse", server.Clock.GetUtcNow().AddDays(1), CancellationToken.None);
        }
        await using var running = await _folder.Serve();
        using (var answer = await running.Http.GetAsync(new Uri("/", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        var lines = (await _folder.RunBuilt("client", "list")).Output.Trim().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Contains(lines, line => line.StartsWith("127.0.0.0/8\tsince ", Ordinal)
            && line.EndsWith("\tuntil unblocked\tadmin@example.com\tguesses passphrases", Ordinal));
        Assert.Equal("127.0.0.1/8", (await _folder.Run("client", "unblock", "127.0.0.1/8")).Result);
        Assert.Contains("is not blocked", (await _folder.Run("client", "unblock", "127.0.0.0/8")).Refusal, Ordinal);
        for (var i = 0; i < 100; i++)
        {
            using var answer = await running.Http.GetAsync(new Uri("/", UriKind.Relative));
            if (answer.IsSuccessStatusCode)
                return;
            await Task.Delay(200);
        }
        Assert.Fail("The running server still blocks the network.");
    }
}
