namespace OneTimeSecret.Web.Accounts;

/// <summary>The addresses of pages that sign-in and its gates lead to.</summary>
internal static class AccountPaths
{
    public const string SignIn = "/signin";

    /// <summary>Where somebody who is signed in proves again who they are.</summary>
    public const string Proof = "/signin/again";

    /// <summary>The password, second factors and sessions of an account.</summary>
    public const string Security = "/account/security";
}
