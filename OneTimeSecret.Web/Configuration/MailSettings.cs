using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Configuration;

/// <summary>What section <c>Mail</c> takes from outside of it: the public address, the environment, the file of its password.</summary>
internal static class MailSettings
{
    /// <summary>Fills in what is not set, and names what is wrong.</summary>
    public static IEnumerable<string> Complete(MailOptions mail, SiteOptions site, bool isTransportSet, IHostEnvironment environment)
    {
        // For trying out: `dotnet run` with a public address shows its mails as files.
        if (!isTransportSet && environment.IsDevelopment() && site.PublicUrl is not null)
            mail.Transport = MailTransport.Pickup;
        if (mail.Sends() && site.PublicUrl is null)
            yield return $"Mail:Transport is '{mail.Transport}', but links in mails need Site:PublicUrl, which is not set";
        if (mail.From is null && site.PublicHost() is { } host)
        {
            mail.From = $"noreply@{host}";
            if (mail.Transport == MailTransport.Smtp && EmailAddress.Parse(mail.From) is null)
                yield return $"Mail:From must be set, because '{mail.From}', which Site:PublicUrl gives, is no mail address";
        }
        mail.EhloName = (mail.EhloName ?? site.PublicHost()) is { } name ? EhloName.Parse(name) : null;
        if (mail is { PasswordFile: not null, Password: null } && ReadPassword(mail) is { } mistake)
            yield return mistake;
    }

    private static string? ReadPassword(MailOptions mail)
    {
        var file = Path.GetFullPath(mail.PasswordFile!, ContentRoot.Path);
        if (!File.Exists(file))
            return $"Mail:PasswordFile is '{file}', where there is no file";
        try
        {
            mail.Password = File.ReadAllText(file).TrimEnd('\r', '\n');
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"Mail:PasswordFile is '{file}', which cannot be read: {fault.Message}";
        }
        return mail.Password.Length == 0 ? $"Mail:PasswordFile is '{file}', which is empty" : null;
    }
}
