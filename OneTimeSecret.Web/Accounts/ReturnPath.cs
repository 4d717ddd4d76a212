namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// Where somebody goes on to after signing in. The address is whatever stands in the query, so it counts only when no browser could
/// read another site out of it.
/// </summary>
internal static class ReturnPath
{
    /// <summary><paramref name="asked"/> if it is a path of this server, else <paramref name="otherwise"/>.</summary>
    /// <remarks>
    /// Browsers drop tabs and line breaks, take backslashes for slashes, and two slashes for the beginning of a host: only visible ASCII
    /// without backslashes, with one slash at its beginning, is a path to all of them.
    /// </remarks>
    public static string Of(string? asked, string otherwise) => IsPath(asked) ? asked! : otherwise;

    private static bool IsPath(string? text) =>
        text is ['/', ..] and not ['/', '/', ..] && text.All(c => c is > ' ' and < '\x7f' and not '\\');
}
