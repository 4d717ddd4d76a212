namespace OneTimeSecret.Web.Http;

/// <summary>Marks a page that search engines may list. All other pages forbid it, because their address may contain a key.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ListedAttribute : Attribute;
