using System.CommandLine;
using System.Globalization;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Web.Commands;

/// <summary><c>token add</c>, <c>token list</c>, <c>token revoke</c>.</summary>
internal static class TokenCommands
{
    private const string Scopes = "create, receipts, reveal";

    public static Command Create() => new("token", "Create, list and revoke the API tokens of scripts.") { Add(), List(), Revoke() };

    private static Command Add() => Verb.Create("add", "Create a token and print it. It cannot be shown again.", command =>
    {
        var (email, name) = (Verb.Email(), Name());
        var scope = new Option<string[]>("--scope")
        {
            Description = $"Scopes of the token: {Scopes}. Can be repeated (default: all).", AllowMultipleArgumentsPerToken = true,
        };
        var days = new Option<int?>("--days") { Description = "Days until the token expires (default: never)." };
        command.Add(email);
        command.Add(name);
        command.Add(scope);
        command.Add(days);
        command.Does<AddToken>(async (add, parsed, cancellation) =>
        {
            var lifetime = parsed.GetValue(days) is { } number ? Lifetime(number) : (TimeSpan?)null;
            Console.WriteLine(await add.Run(
                parsed.GetRequiredValue(email), parsed.GetRequiredValue(name), Parse(parsed.GetValue(scope) ?? []), lifetime,
                cancellation));
        });
    });

    private static Command List() => Verb.Create("list", "List an account's tokens: name, scopes, created, used, expiry.", command =>
    {
        var email = Verb.Email();
        command.Add(email);
        command.Does<ListTokens>(async (list, parsed, cancellation) =>
        {
            foreach (var token in await list.Run(parsed.GetRequiredValue(email), cancellation))
            {
                Console.WriteLine(string.Join('\t', token.Name, token.Scopes.ToString().ToLowerInvariant(),
                    $"made {Day(token.Created)}", $"used {Day(token.LastUsed)}", $"ends {Day(token.Expires)}"));
            }
        });
    });

    private static Command Revoke() => Verb.Create("revoke", "Revoke a token; the next request with it is refused.", command =>
    {
        var (email, name) = (Verb.Email(), Name());
        command.Add(email);
        command.Add(name);
        command.Does<RevokeToken>((revoke, parsed, cancellation) =>
            revoke.Run(parsed.GetRequiredValue(email), parsed.GetRequiredValue(name), cancellation));
    });

    private static Argument<string> Name() => new("NAME") { Description = "The token's name." };

    private static string Day(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "never";

    private static TimeSpan Lifetime(int days) =>
        days is >= 1 and <= 3650 ? TimeSpan.FromDays(days) : throw new CommandException("--days must be between 1 and 3650.");

    private static TokenScopes Parse(string[] names)
    {
        var scopes = names.Length == 0 ? TokenScopes.All : TokenScopes.None;
        foreach (var name in names)
        {
            scopes |= name.All(char.IsAsciiLetter) && Enum.TryParse<TokenScopes>(name, ignoreCase: true, out var scope)
                && Enum.IsDefined(scope)
                ? scope
                : throw new CommandException($"'{name}' is not a scope; choose from {Scopes}.");
        }
        return scopes;
    }
}
