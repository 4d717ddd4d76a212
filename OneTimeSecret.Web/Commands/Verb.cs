using System.CommandLine;
using Microsoft.Extensions.Logging.Console;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Web.Commands;

/// <summary>
/// Runs verbs with the services of a server that is not started, so a verb works beside a running server. A verb creates no data folder,
/// because a mistyped `--data` would then go unnoticed.
/// </summary>
internal static class Verb
{
    /// <summary>Allows a verb to create the data folder. Other verbs lack this option.</summary>
    public static readonly Option<bool> NewData = new("--new-data")
    {
        Description = "Create the data folder, with a new database and key ring, if there is none.",
    };

    /// <summary>The e-mail address of an account.</summary>
    public static Argument<string> Email() => new("EMAIL") { Description = "The account's e-mail address." };

    public static Command Create(string name, string description, Action<Command> complete)
    {
        var command = new Command(name, description);
        complete(command);
        return command;
    }

    /// <summary>Sets the action of the verb, which uses one service.</summary>
    public static void Does<T>(this Command command, Func<T, ParseResult, CancellationToken, Task> run)
        where T : notnull =>
        command.Does((services, parsed, cancellation) => run(services.GetRequiredService<T>(), parsed, cancellation));

    /// <summary>Sets the action of the verb, which uses several services.</summary>
    public static void Does(this Command command, Func<IServiceProvider, ParseResult, CancellationToken, Task> run) =>
        command.Ends(async (services, parsed, cancellation) =>
        {
            await run(services, parsed, cancellation);
            return 0;
        });

    /// <summary>As <see cref="Does{T}"/>, but the action returns the exit code.</summary>
    public static void Answers<T>(this Command command, Func<T, ParseResult, CancellationToken, Task<int>> run)
        where T : notnull =>
        command.Ends((services, parsed, cancellation) => run(services.GetRequiredService<T>(), parsed, cancellation));

    /// <summary>Sets an action that begins before the database is opened, and that needs no data folder.</summary>
    public static void Prepares(
        this Command command, Action<IServiceProvider, ParseResult> prepare,
        Func<IServiceProvider, ParseResult, CancellationToken, Task> run) => command.Ends(
            async (services, parsed, cancellation) =>
            {
                await run(services, parsed, cancellation);
                return 0;
            },
            prepare);

    private static void Ends(
        this Command command, Func<IServiceProvider, ParseResult, CancellationToken, Task<int>> run,
        Action<IServiceProvider, ParseResult>? prepare = null) =>
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var app = await Server.Open(
                CommandLine.Settings(parsed), Quiet, services => (prepare ?? Enter)(services, parsed), cancellation: cancellation);
            await using var scope = app.Services.CreateAsyncScope();
            return await run(scope.ServiceProvider, parsed, cancellation);
        });

    private static void Enter(IServiceProvider services, ParseResult parsed)
    {
        var folder = services.GetRequiredService<DataFolder>();
        if (!parsed.GetValue(NewData) && !folder.HasDatabase())
            throw new CommandException(
                $"There is no database in {folder.Path}: name the server's data folder with --data, or start the server once, which "
                + $"creates a new one (as does `account add EMAIL {NewData.Name}`).");
        Console.Error.WriteLine($"Data folder: {folder.Path}");
    }

    /// <summary>Sends the log to standard error, because standard output contains only the result.</summary>
    private static void Quiet(WebApplicationBuilder builder)
    {
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
