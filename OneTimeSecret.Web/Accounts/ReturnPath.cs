namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// The page to which a user returns after signing in. The address comes from the query, so it is accepted only if no browser can
/// interpret it as an address of another site (open redirect).
/// </summary>
internal static class ReturnPath
{
    /// <summary><paramref name="asked"/> if it is a path of this server, otherwise <paramref name="otherwise"/>.</summary>
    /// <remarks>
    /// Browsers remove tabs and line breaks, read backslashes as slashes, and read two leading slashes as the start of a host. Therefore
    /// only visible ASCII without backslashes and with exactly one leading slash is accepted.
    /// </remarks>
    public static string Of(string? asked, string otherwise) => IsPath(asked) ? asked! : otherwise;

    private static bool IsPath(string? text) =>
        text is ['/', ..] and not ['/', '/', ..] && text.All(c => c is > ' ' and < '\x7f' and not '\\');
}
