using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Configuration;

/// <summary>Completes section <c>Mail</c> from other sources: the public address, the environment, the password file.</summary>
internal static class MailSettings
{
    /// <summary>Sets missing values and returns the mistakes.</summary>
    public static IEnumerable<string> Complete(MailOptions mail, SiteOptions site, bool isTransportSet, IHostEnvironment environment)
    {
        // For development: with `dotnet run` and a public address, mails are written to files.
        if (!isTransportSet && environment.IsDevelopment() && site.PublicUrl is not null)
            mail.Transport = MailTransport.Pickup;
        if (mail.Sends() && site.PublicUrl is null)
            yield return $"Mail:Transport is '{mail.Transport}', but links in mails need Site:PublicUrl, which is not set";
        if (mail.From is null && site.PublicHost() is { } host)
        {
            mail.From = $"noreply@{host}";
            if (mail.Transport == MailTransport.Smtp && EmailAddress.Parse(mail.From) is null)
                yield return $"Mail:From must be set, because its default '{mail.From}' (from Site:PublicUrl) is not a valid address";
        }
        mail.EhloName = (mail.EhloName ?? site.PublicHost()) is { } name ? EhloName.Parse(name) : null;
        if (mail is { PasswordFile: not null, Password: null } && ReadPassword(mail) is { } mistake)
            yield return mistake;
    }

    private static string? ReadPassword(MailOptions mail)
    {
        var file = Path.GetFullPath(mail.PasswordFile!, ContentRoot.Path);
        if (!File.Exists(file))
            return $"Mail:PasswordFile is '{file}', but there is no such file";
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
