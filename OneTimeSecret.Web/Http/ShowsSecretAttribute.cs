namespace OneTimeSecret.Web.Http;

/// <summary>
/// Marks a page or an action whose answers show a secret, link, token or code. Such answers get <c>no-transform</c>, so that no proxy
/// compresses, rewrites or translates them (RFC 9111 section 5.2.2.6).
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class ShowsSecretAttribute : Attribute;
