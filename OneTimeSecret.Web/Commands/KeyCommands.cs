using System.CommandLine;
using System.Globalization;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Keys.Rotation;

namespace OneTimeSecret.Web.Commands;

/// <summary><c>keys list</c>, <c>keys rotate</c>, <c>keys reseal</c>, <c>keys retire</c>.</summary>
internal static class KeyCommands
{
    public static Command Create() => new("keys", "Change the server's keys; works beside a running server.")
    {
        List(), Rotate(), Reseal(), Retire(),
    };

    private static Command List() => Verb.Create("list", "List the ids of the key ring's roots, the sealing one first.", command =>
        command.Does<KeyRing>((ring, _, _) =>
        {
            foreach (var root in ring.Roots)
                Console.WriteLine(KeyRingFile.Name(root));
            return Task.CompletedTask;
        }));

    private static Command Rotate() => Verb.Create("rotate", "Add a root that seals from now on, and move every row to it.", command =>
        command.Does<RotateKeys>(async (rotate, _, cancellation) =>
        {
            var (root, moved) = await rotate.Run(Report, cancellation);
            Console.WriteLine(KeyRingFile.Name(root));
            await Console.Error.WriteLineAsync($"{moved} rows moved. `keys retire ID` takes an old root out of the ring.");
        }));

    private static Command Reseal() => Verb.Create("reseal", "Move every row to the sealing root: ends a cut-off rotation.", command =>
        command.Does<ResealKeys>(async (reseal, _, cancellation) => Console.WriteLine(await reseal.Run(Report, cancellation))));

    private static Command Retire() => Verb.Create("retire", "Take an old root out of the key ring, if no row names it.", command =>
    {
        var id = new Argument<string>("ID") { Description = "The root's id, as `keys list` shows it." };
        command.Add(id);
        command.Does<RetireKey>(async (retire, parsed, cancellation) =>
        {
            var text = parsed.GetRequiredValue(id);
            if (!uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var root))
                throw new CommandException($"'{text}' is no root's id; `keys list` shows them.");
            await retire.Run(root, cancellation);
            Console.WriteLine(KeyRingFile.Name(root));
        });
    });

    private static void Report(int moved) => Console.Error.WriteLine($"{moved} rows moved");
}
