using System.CommandLine;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Accounts.SignUp;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Commands;

/// <summary>
/// <c>account add</c>, <c>account invite</c>, <c>account link</c> and <c>account notify</c>. The other verbs of <c>account</c> are in
/// <see cref="ManageCommands"/>.
/// </summary>
internal static class AccountCommands
{
    /// <summary>The address on which the server listens by default.</summary>
    public const string DefaultOrigin = "http://localhost:5000";

    public static Command Create()
    {
        Command command = new("account", "Create and manage accounts.") { Add(), Invite(), Link(), Notify() };
        foreach (var verb in ManageCommands.Create())
            command.Add(verb);
        return command;
    }

    private static Command Add() => Verb.Create("add", "Create an account. Its address counts as verified.", command =>
    {
        var email = Verb.Email();
        var fromInput = new Option<bool>("--password-stdin") { Description = "Read a password from standard input, one line." };
        command.Add(email);
        command.Add(fromInput);
        command.Add(Verb.NewData);
        command.Does<AddAccount>(async (add, parsed, cancellation) =>
        {
            var password = parsed.GetValue(fromInput) ? await ReadPassword(cancellation) : null;
            var account = await add.Run(parsed.GetRequiredValue(email), password);
            Console.WriteLine(account.Email);
            if (password is null)
                await Console.Error.WriteLineAsync($"No password yet: `account link {account.Email}` prints a link to set one.");
        });
    });

    private static Command Invite() => Verb.Create("invite", "Print a link, valid for 7 days, to create an account.", command =>
    {
        var email = Verb.Email();
        var mail = new Option<bool>("--mail") { Description = "Send the link by mail instead of printing it." };
        command.Add(email);
        command.Add(mail);
        command.Does(async (services, parsed, cancellation) =>
        {
            var invite = services.GetRequiredService<InviteAccount>();
            var (address, token) = await invite.Run(parsed.GetRequiredValue(email), cancellation);
            await Hand(services, parsed.GetValue(mail), address, token, PasswordLinkReason.Invitation, cancellation);
        });
    });

    private static Command Link() => Verb.Create("link", "Print a link, valid for an hour, to set the account's password.", command =>
    {
        var email = Verb.Email();
        var mail = new Option<bool>("--mail") { Description = "Send the link to the account by mail instead of printing it." };
        command.Add(email);
        command.Add(mail);
        command.Does(async (services, parsed, cancellation) =>
        {
            var (address, token) = await services.GetRequiredService<LinkAccount>().Run(parsed.GetRequiredValue(email), cancellation);
            await Hand(services, parsed.GetValue(mail), address, token, PasswordLinkReason.Asked, cancellation);
        });
    });

    private static Command Notify() => Verb.Create("notify", "Set or show which notices the account gets by mail.", command =>
    {
        var email = Verb.Email();
        var viewed = new Option<bool?>("--viewed")
        {
            Description = "Whether to mail the owner when a secret is viewed.", HelpName = "true|false",
        };
        var expiry = new Option<bool?>("--expiry")
        {
            Description = "Whether to mail the owner a day before an unread secret expires.", HelpName = "true|false",
        };
        command.Add(email);
        command.Add(viewed);
        command.Add(expiry);
        command.Does<ChooseMails>(async (notify, parsed, cancellation) =>
        {
            var wishes = await notify.Run(
                parsed.GetRequiredValue(email), parsed.GetValue(viewed), parsed.GetValue(expiry), cancellation);
            Console.WriteLine($"viewed {(wishes.Viewed ? "true" : "false")}, expiry {(wishes.Expiry ? "true" : "false")}");
        });
    });

    /// <summary>Sends a link by mail or prints it.</summary>
    private static async Task Hand(
        IServiceProvider services, bool byMail, string address, string token, PasswordLinkReason reason, CancellationToken cancellation)
    {
        if (!byMail)
        {
            var origin = services.GetRequiredService<IOptions<SiteOptions>>().Value.PublicOrigin() ?? DefaultOrigin;
            Console.WriteLine(origin + AccountLinks.Password(address, token));
            return;
        }
        var lifetime = reason == PasswordLinkReason.Invitation ? AccountLinks.InvitationLifetime : AccountLinks.Lifetime;
        var end = services.GetRequiredService<TimeProvider>().GetUtcNow() + lifetime;
        await services.GetRequiredService<SendMail>().Run(new PasswordLinkMail(address, token, end, reason), cancellation);
        Console.WriteLine($"The link went to {MailCommands.Destination(services)}");
    }

    private static async Task<string> ReadPassword(CancellationToken cancellation) =>
        await Console.In.ReadLineAsync(cancellation) is { Length: > 0 } password
            ? password
            : throw new CommandException("There was no password on standard input; try: account add EMAIL --password-stdin < file");
}
