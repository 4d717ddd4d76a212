namespace OneTimeSecret.Web.Http;

/// <summary>A page that search engines may list. All others may hold a key in their address and say that they must not be.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ListedAttribute : Attribute;
