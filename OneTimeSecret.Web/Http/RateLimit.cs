namespace OneTimeSecret.Web.Http;

/// <summary>Kinds of requests with a rate limit.</summary>
internal enum RateLimit
{
    /// <summary>Requests without a limit of their own: of pages, downloads and unknown addresses, and all other calls of the API.</summary>
    Requests,

    /// <summary>Creates.</summary>
    Creates,

    /// <summary>Reveals.</summary>
    Reveals,

    /// <summary>Burns. The limit is that of reveals, but counted separately, so that many reveals do not prevent a burn.</summary>
    Burns,

    /// <summary>Posts of forms about signing in, passwords and accounts.</summary>
    SignIns,

    /// <summary>Refused API credentials. Valid ones always pass.</summary>
    RefusedCredentials,
}
