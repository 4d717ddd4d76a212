namespace OneTimeSecret.Web.Http;

/// <summary>
/// A page that may be compressed: it holds nothing that a caller chooses, so its size tells nothing of what else it holds (BREACH).
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class CompressedAttribute : Attribute;
