namespace OneTimeSecret.Web.Http;

/// <summary>
/// Marks a page that may be compressed. It contains no text that a caller chooses, so its compressed size leaks nothing (BREACH).
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class CompressedAttribute : Attribute;
