namespace OneTimeSecret.Web.Circuits;

/// <summary>
/// Marks a page with a circuit: a live connection over which the server renders a part of it. Only these pages load Blazor's script.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class CircuitAttribute : Attribute;
