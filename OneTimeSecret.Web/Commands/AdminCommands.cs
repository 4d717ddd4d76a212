using System.CommandLine;
using OneTimeSecret.Core.Accounts;

namespace OneTimeSecret.Web.Commands;

/// <summary><c>admin grant</c>.</summary>
internal static class AdminCommands
{
    public static Command Create() => new("admin", "Make administrators.") { Grant() };

    private static Command Grant() => Verb.Create("grant", "Make an account an administrator; ends its sessions and tokens.", command =>
    {
        var email = Verb.Email();
        command.Add(email);
        command.Does<GrantAdmin>(async (grant, parsed, cancellation) =>
        {
            var (sessions, tokens) = await grant.Run(parsed.GetRequiredValue(email), cancellation);
            Console.WriteLine(parsed.GetRequiredValue(email));
            if (sessions > 0)
                await Console.Error.WriteLineAsync($"{sessions} session(s) of the account were ended; its owner signs in again.");
            if (tokens > 0)
                await Console.Error.WriteLineAsync($"{tokens} API token(s) of the account were revoked; make new ones with `token add`.");
        });
    });
}
