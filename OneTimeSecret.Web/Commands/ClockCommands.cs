using System.CommandLine;
using System.Globalization;
using OneTimeSecret.Core.Clocks;

namespace OneTimeSecret.Web.Commands;

/// <summary><c>clock accept</c>.</summary>
internal static class ClockCommands
{
    public static Command Create() => new("clock", "Decide about a system clock that jumped.") { Accept() };

    private static Command Accept() => Verb.Create(
        "accept",
        "Make the server use the time of the system's clock, also if that goes back. A running server follows in seconds. "
        + "Without --yes, only say what would change.",
        command =>
        {
            var yes = new Option<bool>("--yes") { Description = "Really accept the time." };
            command.Add(yes);
            command.Does<AcceptClock>(async (accept, parsed, cancellation) =>
            {
                if (!parsed.GetValue(yes))
                    throw new CommandException(Explain(await accept.Look(cancellation)));
                Console.WriteLine(Time((await accept.Run(cancellation)).System));
            });
        });

    private static string Explain(ClockChange change)
    {
        var isBack = change.System < change.Latest;
        return $"The server has seen {Time(change.Latest)}, and the system's clock says {Time(change.System)}, "
            + $"{(change.System - change.Latest).Duration():d\\.hh\\:mm\\:ss} {(isBack ? "earlier" : "later")}. "
            + (isBack
                ? "Secrets, receipts, sessions and links made until now stay available that much longer, and expired ones that were not "
                    + "deleted yet become available again. "
                : "All secrets, receipts, sessions and links whose time is over by then become unavailable at once, and are deleted within "
                    + "minutes. ")
            + "Check the system's clock first. Nothing was changed yet: repeat it with --yes.";
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
