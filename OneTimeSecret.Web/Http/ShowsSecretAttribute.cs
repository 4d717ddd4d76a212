namespace OneTimeSecret.Web.Http;

/// <summary>
/// A page or an action whose answers show a secret, or a link, token or code: nobody on the way may compress, rewrite or translate them,
/// for they must come out as they went in (RFC 9111 section 5.2.2.6).
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class ShowsSecretAttribute : Attribute;
