namespace OneTimeSecret.Web.Circuits;

/// <summary>
/// A page with a circuit: a live connection over which the server goes on rendering a part of it. Only these load Blazor's script.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class CircuitAttribute : Attribute;
