using System.CommandLine;
using Microsoft.Extensions.Logging.Console;

namespace OneTimeSecret.Web.Commands;

/// <summary>How a verb runs: in the composition of the server, which is not started, so it works beside one that is.</summary>
internal static class Verb
{
    /// <summary>The e-mail address of an account.</summary>
    public static Argument<string> Email() => new("EMAIL") { Description = "The account's e-mail address." };

    public static Command Create(string name, string description, Action<Command> complete)
    {
        var command = new Command(name, description);
        complete(command);
        return command;
    }

    /// <summary>Sets what the verb does with the service it takes.</summary>
    public static void Does<T>(this Command command, Func<T, ParseResult, CancellationToken, Task> run)
        where T : notnull =>
        command.Does((services, parsed, cancellation) => run(services.GetRequiredService<T>(), parsed, cancellation));

    /// <summary>Sets what the verb does with the services it takes.</summary>
    public static void Does(this Command command, Func<IServiceProvider, ParseResult, CancellationToken, Task> run) =>
        command.Ends(async (services, parsed, cancellation) =>
        {
            await run(services, parsed, cancellation);
            return 0;
        });

    /// <summary>
    /// As <see cref="Does{T}"/>, for a verb that looks at what there is, and whose exit code is its answer: it makes no database.
    /// </summary>
    public static void Answers<T>(this Command command, Func<T, ParseResult, CancellationToken, Task<int>> run)
        where T : notnull =>
        command.Ends((services, parsed, cancellation) => run(services.GetRequiredService<T>(), parsed, cancellation), looks: true);

    private static void Ends(
        this Command command, Func<IServiceProvider, ParseResult, CancellationToken, Task<int>> run, bool looks = false) =>
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var app = await Server.Open(CommandLine.Settings(parsed), Quiet, looks, cancellation);
            await using var scope = app.Services.CreateAsyncScope();
            return await run(scope.ServiceProvider, parsed, cancellation);
        });

    /// <summary>Standard output is for the result alone.</summary>
    private static void Quiet(WebApplicationBuilder builder)
    {
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
