using System.CommandLine;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Generations;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Web.Configuration;

namespace OneTimeSecret.Web.Commands;

/// <summary>The command line. Without a verb the program serves. Verbs print only their result on standard output.</summary>
internal static class CommandLine
{
    private static readonly Option<string?> Data = new("--data")
    {
        Description = "The folder of the database and the key ring (default: data beside the program).", HelpName = "DIR", Recursive = true,
    };

    private static readonly Option<string?> Keys = new("--keys")
    {
        Description = "The key ring's file, to keep it apart from the database.", HelpName = "FILE", Recursive = true,
    };

    private static readonly Option<string?> Urls = new("--urls")
    {
        Description = "The addresses to listen on (default: http://localhost:5000).", HelpName = "URLS",
    };

    /// <summary>Accepted but ignored, because `dotnet ef` and the framework's test host pass this option.</summary>
    private static readonly Option<string?> ApplicationName = new("--applicationName") { Hidden = true };

    private static readonly Option<string[]> Setting = new("--setting") { Hidden = true, Recursive = true };

    public static async Task<int> Run(string[] args)
    {
        try
        {
            return await Invoke(args);
        }
        catch (Exception refusal) when (Explains(refusal))
        {
            await Console.Error.WriteLineAsync(refusal.Message);
            return 1;
        }
        catch (Exception fault) when (EngineFault.Is(fault))
        {
            await Console.Error.WriteLineAsync($"The database could not be used: {fault.GetBaseException().Message}");
            return 1;
        }
    }

    /// <summary>Parses and runs the command line. Throws on a refusal. <see cref="Run"/> prints the message.</summary>
    internal static Task<int> Invoke(string[] args) => Root().Parse([.. MarkSettings(args)]).InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        // The host handles SIGTERM itself and needs longer to stop than the parser would wait.
        ProcessTerminationTimeout = null,
    });

    /// <summary>Whether the message of an exception is meant for the operator, so that no stack trace is printed.</summary>
    private static bool Explains(Exception fault) => fault is ConfigurationException or KeyRingException or AccountException
        or MailException or CommandException or BrokenBoxException or RestoredCopyException or InvalidDataException or IOException
        or UnauthorizedAccessException or PlatformNotSupportedException;

    /// <summary>The settings in a command line, in the form that the configuration reads.</summary>
    /// <exception cref="CommandException">An argument is neither a verb, an option nor a setting.</exception>
    public static string[] Settings(ParseResult command)
    {
        if (command.UnmatchedTokens is [var word, ..])
            throw new CommandException($"'{word}' is neither a verb nor an option. Run with --help to see all of them.");
        var settings = command.GetValue(Setting)!.Select(setting => "--" + setting).ToList();
        if (command.GetValue(Data) is { } data)
            settings.Add($"--Storage:Data={Path.GetFullPath(data)}");
        if (command.GetValue(Keys) is { } keys)
            settings.Add($"--Storage:Keys={Path.GetFullPath(keys)}");
        return [.. settings];
    }

    /// <summary>All verbs and options.</summary>
    internal static RootCommand Root()
    {
        var root = new RootCommand(
            "OneTimeSecret: hand over a password, key or note through a link that works once.\n" +
            "Without a verb the program starts the server. Any setting of docs/configuration.md can be given as --Section:Key=value.")
        {
            Data, Keys, Urls, Setting, ApplicationName,
            AccountCommands.Create(), TokenCommands.Create(), AdminCommands.Create(), ClientCommands.Create(), ClockCommands.Create(),
            KeyCommands.Create(), MailCommands.Create(), BackupCommand.Create(), RestoreCommand.Create(), VerifyErasureCommand.Create(),
            VerifyAuditCommand.Create(),
        };
        root.TreatUnmatchedTokensAsErrors = false;
        root.SetAction((command, cancellation) => Serve.Run(
            [.. Settings(command), .. command.GetValue(Urls) is { } urls ? [$"--urls={urls}"] : Array.Empty<string>()], cancellation));
        return root;
    }

    /// <summary>
    /// Rewrites settings, such as <c>--Limits:Enabled=false</c> or <c>--Limits:Enabled false</c>, as values of the hidden option
    /// <c>--setting</c>, because the parser does not know the settings themselves.
    /// </summary>
    private static IEnumerable<string> MarkSettings(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i].Split('=')[0];
            if (!name.StartsWith("--", StringComparison.Ordinal) || !name.Contains(':', StringComparison.Ordinal))
                yield return args[i];
            else if (name.Length < args[i].Length)
                yield return $"{Setting.Name}={args[i][2..]}";
            else if (i + 1 < args.Length)
                yield return $"{Setting.Name}={name[2..]}={args[++i]}";
            else
                throw new CommandException($"{name} needs a value, such as {name}=VALUE.");
        }
    }
}

/// <summary>A command line that cannot be carried out. The message says what to do instead.</summary>
internal sealed class CommandException(string message) : Exception(message);
