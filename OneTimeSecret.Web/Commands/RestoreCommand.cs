using System.CommandLine;
using OneTimeSecret.Core.Copies;
using OneTimeSecret.Core.Generations;
using OneTimeSecret.Core.Storage;
using static System.FormattableString;

namespace OneTimeSecret.Web.Commands;

/// <summary><c>restore</c> and <c>restore accept</c> (docs/operating.md).</summary>
internal static class RestoreCommand
{
    public static Command Create() => Verb.Create(
        "restore",
        "Put a copy that `backup` made into the data folder. Needs a stopped server. Checks the copy and the key ring before it changes "
        + $"anything, and puts FILE{BackUp.RingSuffix} in place if there is no key ring.",
        command =>
        {
            var file = new Argument<string?>("FILE") { Description = "The copy.", Arity = ArgumentArity.ZeroOrOne };
            var replace = new Option<bool>("--replace") { Description = "Replace the database that is there." };
            command.Add(file);
            command.Add(replace);
            command.Add(Accept());
            command.Prepares(
                (services, parsed) => services.GetRequiredService<RestoreBackup>().Run(
                    parsed.GetValue(file) is { Length: > 0 } name
                        ? Path.GetFullPath(name) : throw new CommandException("Name a file, or `restore accept`."),
                    parsed.GetValue(replace)),
                async (services, _, _) =>
                {
                    Console.WriteLine(services.GetRequiredService<DataFolder>().Database);
                    await Console.Error.WriteLineAsync(services.GetRequiredService<GenerationCount>().Refusal?.Message
                        ?? "Nothing was revealed, burned, revoked or changed since the copy was made, so it can be served.");
                });
        });

    private static Command Accept() => Verb.Create(
        "accept",
        "Make a restored copy the current database. Destroys unread secrets and ends all sessions, tokens, links, codes, passkeys, "
        + "passwords and queued mails, because nobody knows which of them were used or revoked since the copy was made.",
        command =>
        {
            var revive = new Option<bool>("--revive")
            {
                Description = "Keep all of it. Secrets that were revealed or burned since the copy can then be revealed again, what was "
                    + "revoked works again, and mails may be sent twice.",
            };
            command.Add(revive);
            command.Does<AcceptRestore>(async (accept, parsed, cancellation) =>
            {
                var ended = await accept.Run(parsed.GetValue(revive), cancellation)
                    ?? throw new CommandException("The database is current: there is nothing to accept, and nothing was changed.");
                if (parsed.GetValue(revive))
                {
                    Console.WriteLine("The copy is accepted, and everything in it is kept.");
                    return;
                }
                Console.WriteLine(
                    Invariant($"The copy is accepted. Destroyed: {ended.Secrets} unread secret(s). Ended: {ended.Sessions} session(s), ")
                    + Invariant($"{ended.Tokens} token(s), {ended.Passwords} password(s), {ended.Mails} queued mail(s)."));
                await Console.Error.WriteLineAsync(
                    "Owners of accounts set a new password by 'forgot password', or by a link from `account link EMAIL`.");
            });
        });
}
