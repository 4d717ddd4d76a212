using System.CommandLine;
using System.Globalization;
using OneTimeSecret.Core.Networks;

namespace OneTimeSecret.Web.Commands;

/// <summary><c>client list</c> and <c>client unblock</c>: for the operator whom an administrator has locked out, himself perhaps.</summary>
internal static class ClientCommands
{
    public static Command Create() => new("client", "Let blocked networks in again.") { List(), Unblock() };

    private static Command List() => Verb.Create("list", "List blocked networks: since when, how long, by whom and why.", command =>
        command.Does<BlockedNetworks>(async (blocked, _, cancellation) =>
        {
            foreach (var (block, by) in await blocked.List(cancellation))
                Console.WriteLine(string.Join(
                    '\t', block.Network, $"since {Time(block.Created)}", $"until {Time(block.Expires)}", by ?? "-", block.Reason));
        }));

    private static Command Unblock() => Verb.Create("unblock", "Let a network in again; a server that runs does within seconds.", command =>
    {
        var network = new Argument<string>("NETWORK") { Description = "The network, as `client list` shows it." };
        command.Add(network);
        command.Does<UnblockNetwork>(async (unblock, parsed, cancellation) =>
        {
            var text = parsed.GetRequiredValue(network);
            if (!await unblock.Run(text, cancellation))
                throw new CommandException($"'{text}' is not blocked; `client list` shows what is.");
            Console.WriteLine(text);
        });
    });

    private static string Time(DateTimeOffset? time) =>
        time?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture) ?? "unblocked";
}
