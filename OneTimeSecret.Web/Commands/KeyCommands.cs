using System.CommandLine;
using System.Globalization;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Keys.Rotation;

namespace OneTimeSecret.Web.Commands;

/// <summary><c>keys list</c>, <c>keys rotate</c>, <c>keys reseal</c>, <c>keys retire</c>.</summary>
internal static class KeyCommands
{
    public static Command Create() => new("keys", "Manage the server's key ring. Works beside a running server.")
    {
        List(), Rotate(), Reseal(), Retire(),
    };

    private static Command List() => Verb.Create("list", "List the ids of the key ring's roots. The first one seals new data.", command =>
        command.Does<KeyRing>((ring, _, _) =>
        {
            foreach (var root in ring.Roots)
                Console.WriteLine(KeyRingFile.Name(root));
            return Task.CompletedTask;
        }));

    private static Command Rotate() => Verb.Create("rotate", "Add a root that seals new data, and reseal every row with it.", command =>
        command.Does<RotateKeys>(async (rotate, _, cancellation) =>
        {
            var (root, moved) = await rotate.Run(Report, cancellation);
            Console.WriteLine(KeyRingFile.Name(root));
            await Console.Error.WriteLineAsync($"{moved} rows resealed. `keys retire ID` removes an old root from the key ring.");
        }));

    private static Command Reseal() => Verb.Create("reseal", "Reseal every row with the sealing root, to finish a rotation.", command =>
        command.Does<ResealKeys>(async (reseal, _, cancellation) => Console.WriteLine(await reseal.Run(Report, cancellation))));

    private static Command Retire() => Verb.Create("retire", "Remove an old root from the key ring, if no row uses it.", command =>
    {
        var id = new Argument<string>("ID") { Description = "The root's id, as `keys list` shows it." };
        command.Add(id);
        command.Does<RetireKey>(async (retire, parsed, cancellation) =>
        {
            var text = parsed.GetRequiredValue(id);
            if (!uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var root))
                throw new CommandException($"'{text}' is not the id of a root; `keys list` shows the ids.");
            await retire.Run(root, cancellation);
            Console.WriteLine(KeyRingFile.Name(root));
        });
    });

    private static void Report(int moved) => Console.Error.WriteLine($"{moved} rows resealed");
}
