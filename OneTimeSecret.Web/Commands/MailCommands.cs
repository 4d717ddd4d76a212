using System.CommandLine;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Web.Commands;

/// <summary><c>mail test</c>.</summary>
internal static class MailCommands
{
    public static Command Create() => new("mail", "Test the sending of mail.") { Test() };

    /// <summary>Where this server delivers its mail, as the operator reads it: a folder, or host and port.</summary>
    public static string Destination(IServiceProvider services) => services.GetRequiredService<IOptions<MailOptions>>().Value switch
    {
        { Transport: MailTransport.Pickup } => services.GetRequiredService<DataFolder>().Mail,
        var options => $"{options.Host}:{options.Port}",
    };

    private static Command Test() => Verb.Create("test", "Send a test mail at once, and report what went wrong if that fails.", command =>
    {
        var address = new Argument<string>("ADDRESS") { Description = "The recipient's e-mail address." };
        command.Add(address);
        command.Does(async (services, parsed, cancellation) =>
        {
            var text = parsed.GetRequiredValue(address);
            var to = EmailAddress.Parse(text) ?? throw new CommandException($"'{text}' is not an e-mail address.");
            await services.GetRequiredService<SendMail>().Run(new TestMail(to.Text), cancellation);
            Console.WriteLine($"The test mail went to {Destination(services)}");
        });
    });
}
