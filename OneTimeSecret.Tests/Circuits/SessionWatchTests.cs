using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Browser;

namespace OneTimeSecret.Tests.Circuits;

/// <summary>A circuit outlives the request that began it, and nothing that has ended since goes on in it.</summary>
public sealed class SessionWatchTests(Chromium chromium) : BrowserTests(chromium)
{
    private const string Ended = "its session is ended";
    private const string Over = "its session is over";
    private const string Suspended = "its account is suspended";
    private const string Lacking = "its account lacks a factor";

    public static TheoryData<string, string> Ends() => new()
    {
        { Ended, "Sign in" }, { Over, "Sign in" }, { Suspended, "Sign in" }, { Lacking, "Security" },
    };

    [Theory, MemberData(nameof(Ends))]
    public async Task A_circuit_does_nothing_more_when(string end, string leadsTo)
    {
        await using var server = await Serve("--Accounts:RequireSecondFactor=true");
        var (key, _) = await server.ShareAs(await server.Owner());
        var visit = await Begin(server);
        await visit.Press("Destroy");
        await Assertions.Expect(visit.Button("Keep")).ToBeVisibleAsync();
        await Happens(server, end);
        await PressIfStillThere(visit);
        await visit.Sees(leadsTo);
        Assert.IsType<RevealOutcome.Revealed>(await server.TryReveal(key));
    }

    [Theory, MemberData(nameof(Ends))]
    public async Task A_circuit_shows_nothing_new_when(string end, string leadsTo)
    {
        await using var server = await Serve("--Accounts:RequireSecondFactor=true");
        var owner = await server.Owner();
        var visit = await Begin(server);
        await Happens(server, end);
        await server.ShareAs(owner);
        await visit.Sees(leadsTo);
    }

    /// <summary>Somebody with a second factor looks at the list of his secrets.</summary>
    private async Task<Visit> Begin(RunningServer server)
    {
        using var reader = await server.SignIn();
        await reader.AddApp(server);
        var visit = await Visit(server);
        await visit.GoesOnFor(reader);
        await visit.Open("/recent");
        await visit.IsLive();
        return visit;
    }

    /// <summary>Any message is the next one, also an answer of the browser's own: the page may have gone before the press.</summary>
    private static async Task PressIfStillThere(Visit visit)
    {
        try
        {
            await visit.Page.EvaluateAsync("() => document.querySelector('.ask .danger')?.click()");
        }
        catch (PlaywrightException gone) when (gone.Message.Contains("context was destroyed", StringComparison.Ordinal))
        {
            // That is what it is to do.
        }
    }

    private static async Task Happens(RunningServer server, string end)
    {
        var now = server.Clock.GetUtcNow();
        await using var db = server.Database();
        Assert.Equal(1, await (end switch
        {
            Ended => db.Sessions.ExecuteDeleteAsync(),
            Over => db.Sessions.ExecuteUpdateAsync(set => set.SetProperty(session => session.Expires, now)),
            Suspended => db.Users.ExecuteUpdateAsync(set => set.SetProperty(account => account.Deleted, now)),
            _ => db.Users.ExecuteUpdateAsync(set => set.SetProperty(account => account.TotpKey, (byte[]?)null)),
        }));
    }
}
