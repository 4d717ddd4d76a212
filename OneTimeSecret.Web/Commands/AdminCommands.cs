using System.CommandLine;
using OneTimeSecret.Core.Accounts.Administration;

namespace OneTimeSecret.Web.Commands;

/// <summary><c>admin grant</c>, <c>admin revoke</c> and <c>admin list</c>.</summary>
internal static class AdminCommands
{
    public static Command Create() => new("admin", "Grant, revoke and list administrators.") { Grant(), Revoke(), List() };

    private static Command Grant() => Verb.Create("grant", "Make an account an administrator. Ends its sessions and tokens.", command =>
    {
        var email = Verb.Email();
        command.Add(email);
        command.Does<GrantAdmin>(async (grant, parsed, cancellation) =>
        {
            var (sessions, tokens) = await grant.Run(parsed.GetRequiredValue(email), cancellation);
            Console.WriteLine(parsed.GetRequiredValue(email));
            await SayEnded(sessions);
            if (tokens > 0)
                await Console.Error.WriteLineAsync($"{tokens} API token(s) of the account were revoked; create new ones with `token add`.");
        });
    });

    private static Command Revoke() => Verb.Create("revoke", "Make an administrator an ordinary account. Ends its sessions.", command =>
    {
        var email = Verb.Email();
        command.Add(email);
        command.Does<RevokeAdmin>(async (revoke, parsed, cancellation) =>
        {
            var sessions = await revoke.Run(parsed.GetRequiredValue(email), cancellation);
            Console.WriteLine(parsed.GetRequiredValue(email));
            await SayEnded(sessions);
        });
    });

    private static Command List() => Verb.Create("list", "List the administrators, and which of them are suspended.", command =>
        command.Does<ListAdmins>(async (list, _, cancellation) =>
        {
            foreach (var admin in await list.Run(cancellation))
                Console.WriteLine(admin.Suspended is null ? admin.Email : $"{admin.Email}\tsuspended");
        }));

    private static async Task SayEnded(int sessions)
    {
        if (sessions > 0)
            await Console.Error.WriteLineAsync($"{sessions} session(s) of the account were ended; the owner must sign in again.");
    }
}
