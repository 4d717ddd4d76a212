namespace OneTimeSecret.Web.Accounts;

/// <summary>The paths of pages to which sign-in and the gates redirect.</summary>
internal static class AccountPaths
{
    public const string SignIn = "/signin";

    /// <summary>The page on which a signed-in user proves their identity again.</summary>
    public const string Proof = "/signin/again";

    /// <summary>The password, second factors and sessions of an account.</summary>
    public const string Security = "/account/security";
}
