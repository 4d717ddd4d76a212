using System.CommandLine;
using System.Runtime.InteropServices;
using OneTimeSecret.Core.Copies;
using static System.FormattableString;

namespace OneTimeSecret.Web.Commands;

/// <summary><c>backup</c> (docs/operating.md).</summary>
internal static class BackupCommand
{
    public static Command Create() => Verb.Create(
        "backup",
        "Write a verified copy of the database into a new file, beside a running server. Without unread secrets and the key ring, unless "
        + "asked for.",
        command =>
        {
            var file = new Argument<string>("FILE") { Description = "The new file, for its owner only." };
            var secrets = new Option<bool>("--with-secrets") { Description = "Also copy unread secrets and queued mails, sealed." };
            var keys = new Option<bool>("--with-keys")
            {
                Description = $"Also copy the key ring, into FILE{BackUp.RingSuffix}. Keep the two files apart.",
            };
            command.Add(file);
            command.Add(secrets);
            command.Add(keys);
            command.Does<BackUp>(async (backUp, parsed, cancellation) =>
            {
                if (parsed.GetRequiredValue(file) is not { Length: > 0 } name)
                    throw new CommandException("Name a file.");
                var path = Path.GetFullPath(name);
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
                using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
                try
                {
                    var rows = await backUp.Run(
                        path, new BackupContent(parsed.GetValue(secrets), parsed.GetValue(keys)),
                        percent => Console.Error.WriteLine(Invariant($"{percent} % written")), stop.Token);
                    await Console.Error.WriteLineAsync(Invariant($"{rows} rows were written and verified."));
                    Console.WriteLine(path);
                }
                catch (OperationCanceledException)
                {
                    throw new CommandException("The copy was stopped, and no file is left.");
                }

                void Stop(PosixSignalContext signal)
                {
                    signal.Cancel = true;
                    stop.Cancel();
                }
            });
        });
}
