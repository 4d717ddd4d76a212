using System.CommandLine;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Web.Components.Account;

namespace OneTimeSecret.Web.Commands;

/// <summary><c>account add</c> and <c>account link</c>.</summary>
internal static class AccountCommands
{
    private const string DefaultOrigin = "http://localhost:5000";

    public static Command Create() => new("account", "Make accounts.") { Add(), Link() };

    private static Command Add() => Verb.Create("add", "Make an account; its address counts as verified.", command =>
    {
        var email = Verb.Email();
        var fromInput = new Option<bool>("--password-stdin") { Description = "Read a password from standard input, one line." };
        command.Add(email);
        command.Add(fromInput);
        command.Does<AddAccount>(async (add, parsed, cancellation) =>
        {
            var password = parsed.GetValue(fromInput) ? await ReadPassword(cancellation) : null;
            var account = await add.Run(parsed.GetRequiredValue(email), password);
            Console.WriteLine(account.Email);
            if (password is null)
                await Console.Error.WriteLineAsync($"No password yet: `account link {account.Email}` prints a link to set one.");
        });
    });

    private static Command Link() => Verb.Create("link", "Print a link, good for an hour, to set the account's password.", command =>
    {
        var email = Verb.Email();
        command.Add(email);
        command.Does(async (services, parsed, _) =>
        {
            var address = parsed.GetRequiredValue(email);
            var token = await services.GetRequiredService<LinkAccount>().Run(address);
            var origin = services.GetRequiredService<IOptions<SiteOptions>>().Value.PublicUrl?.TrimEnd('/') ?? DefaultOrigin;
            Console.WriteLine(origin + ResetPassword.Path(address, token));
        });
    });

    private static async Task<string> ReadPassword(CancellationToken cancellation) =>
        await Console.In.ReadLineAsync(cancellation) is { Length: > 0 } password
            ? password
            : throw new CommandException("There was no password on standard input; try: account add EMAIL --password-stdin < file");
}
