using System.CommandLine;
using System.Globalization;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Web.Commands;

/// <summary>
/// <c>account list</c>, <c>account suspend</c>, <c>account resume</c>, <c>account delete</c> and <c>account reset-factors</c>.
/// </summary>
internal static class ManageCommands
{
    public static IEnumerable<Command> Create() => [List(), Suspend(), Resume(), Delete(), ResetFactors()];

    private static Command List() => Verb.Create(
        "list",
        "List all accounts, one per line. Columns, separated by tabs: address, created, last sign-in or '-' if it is not known, "
        + "verified or unverified, then admin, suspended and factor, or '-' for what it is not.",
        command => command.Does<ListAccounts>(async (list, _, cancellation) =>
        {
            await foreach (var (account, lastSignIn) in list.Run(cancellation))
                Console.WriteLine(string.Join('\t', account.Email, Time(account.Created), Time(lastSignIn),
                    account.IsVerified ? "verified" : "unverified", Mark(account.IsAdmin, "admin"),
                    Mark(account.Suspended is not null, "suspended"), Mark(account.HasFactor, "factor")));
        }));

    private static Command Suspend() => Verb.Create(
        "suspend", "Suspend an account: end its sessions, and refuse sign-in and tokens. Its links keep working.", command =>
        {
            var email = Verb.Email();
            var reason = new Option<string?>("--reason") { Description = "The reason, for administrators and the audit trail." };
            command.Add(email);
            command.Add(reason);
            command.Does<SuspendAccount>(async (suspend, parsed, cancellation) =>
            {
                var why = parsed.GetValue(reason);
                if (why is not null && AdminAct.ParseReason(why) is null)
                    throw new CommandException($"--reason must have 1 to {AdminAct.MaxReason} characters.");
                await suspend.Run(parsed.GetRequiredValue(email), why, cancellation);
                Console.WriteLine(parsed.GetRequiredValue(email));
            });
        });

    private static Command Resume() => Verb.Create("resume", "End the suspension of an account.", command =>
        OnAccount<ResumeAccount>(command, (resume, email, cancellation) => resume.Run(email, cancellation)));

    private static Command Delete() => Verb.Create(
        "delete", "Delete an account with its receipts and unread secrets. Without --yes, only say what would be deleted.", command =>
        {
            var yes = new Option<bool>("--yes") { Description = "Really delete the account." };
            command.Add(yes);
            var email = Verb.Email();
            command.Add(email);
            command.Does<DeleteAccount>(async (delete, parsed, cancellation) =>
            {
                var address = parsed.GetRequiredValue(email);
                if (!parsed.GetValue(yes))
                {
                    var lost = await delete.Look(address, cancellation);
                    throw new CommandException(string.Create(CultureInfo.InvariantCulture,
                        $"This deletes the account {address}, {lost.Secrets} unread secret(s), {lost.Receipts} receipt(s) and "
                        + $"{lost.Tokens} API token(s) for ever. Nothing was deleted yet: repeat it with --yes."));
                }
                await delete.Run(address, cancellation);
                Console.WriteLine(address);
            });
        });

    private static Command ResetFactors() => Verb.Create(
        "reset-factors",
        "Remove the authenticator app, recovery codes and passkeys of an account whose owner lost them. Ends its sessions.", command =>
            OnAccount<ResetFactors>(command, (reset, email, cancellation) => reset.Run(email, cancellation)));

    /// <summary>A verb that takes an address, acts on its account, and prints the address.</summary>
    private static void OnAccount<T>(Command command, Func<T, string, CancellationToken, Task> act)
        where T : notnull
    {
        var email = Verb.Email();
        command.Add(email);
        command.Does<T>(async (service, parsed, cancellation) =>
        {
            await act(service, parsed.GetRequiredValue(email), cancellation);
            Console.WriteLine(parsed.GetRequiredValue(email));
        });
    }

    private static string Mark(bool holds, string word) => holds ? word : "-";

    private static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";
}
