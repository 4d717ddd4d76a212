using System.CommandLine;
using System.Globalization;
using OneTimeSecret.Core.Networks;

namespace OneTimeSecret.Web.Commands;

/// <summary><c>client list</c> and <c>client unblock</c>, for an operator whose own network an administrator blocked.</summary>
internal static class ClientCommands
{
    public static Command Create() => new("client", "List and unblock blocked networks.") { List(), Unblock() };

    private static Command List() => Verb.Create("list", "List blocked networks: since when, how long, by whom and why.", command =>
        command.Does<BlockedNetworks>(async (blocked, _, cancellation) =>
        {
            foreach (var (block, by) in await blocked.List(cancellation))
                Console.WriteLine(string.Join(
                    '\t', block.Network, $"since {Time(block.Created)}", $"until {Time(block.Expires)}", by ?? "-", block.Reason));
        }));

    private static Command Unblock() => Verb.Create("unblock", "Unblock a network. A running server follows in seconds.", command =>
    {
        var network = new Argument<string>("NETWORK") { Description = "The network, as `client list` shows it." };
        command.Add(network);
        command.Does<UnblockNetwork>(async (unblock, parsed, cancellation) =>
        {
            var text = parsed.GetRequiredValue(network);
            if (!await unblock.Run(text, cancellation))
                throw new CommandException($"'{text}' is not blocked; `client list` shows the blocked networks.");
            Console.WriteLine(text);
        });
    });

    private static string Time(DateTimeOffset? time) =>
        time?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture) ?? "unblocked";
}
