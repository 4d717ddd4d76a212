using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Browser;

namespace OneTimeSecret.Tests.Circuits;

/// <summary>A circuit outlives the request that opened it. It must stop when its session or account ends later.</summary>
public sealed class SessionWatchTests(Chromium chromium) : BrowserTests(chromium)
{
    private const string Ended = "its session is ended";
    private const string Over = "its session is over";
    private const string AccountDeleted = "its account is deleted";
    private const string Lacking = "its account lacks a factor";

    public static TheoryData<string, string> Ends() => new()
    {
        { Ended, "Sign in" }, { Over, "Sign in" }, { AccountDeleted, "Sign in" }, { Lacking, "Security" },
    };

    [Theory, MemberData(nameof(Ends))]
    public async Task An_open_circuit_does_nothing_more_once_its_session_account_or_factor_is_gone(string end, string leadsTo)
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
    public async Task An_open_circuit_shows_nothing_new_once_its_session_account_or_factor_is_gone(string end, string leadsTo)
    {
        await using var server = await Serve("--Accounts:RequireSecondFactor=true");
        var owner = await server.Owner();
        var visit = await Begin(server);
        await Happens(server, end);
        await server.ShareAs(owner);
        await visit.Sees(leadsTo);
    }

    /// <summary>Opens the list of secrets as somebody with a second factor.</summary>
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

    /// <summary>Presses the button unless any other message of the browser has made the circuit leave the page before.</summary>
    private static async Task PressIfStillThere(Visit visit)
    {
        try
        {
            await visit.Page.EvaluateAsync("() => document.querySelector('.ask .danger')?.click()");
        }
        catch (PlaywrightException gone) when (gone.Message.Contains("context was destroyed", StringComparison.Ordinal))
        {
            // The page has left, as it must.
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
            AccountDeleted => db.Users.ExecuteUpdateAsync(set => set.SetProperty(account => account.Deleted, now)),
            _ => db.Users.ExecuteUpdateAsync(set => set.SetProperty(account => account.TotpKey, (byte[]?)null)),
        }));
    }
}
