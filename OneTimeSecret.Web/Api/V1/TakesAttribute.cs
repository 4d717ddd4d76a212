namespace OneTimeSecret.Web.Api.V1;

/// <summary>The parameters that an action reads. The OpenAPI document needs them, because the action's signature lacks them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TakesAttribute(params string[] names) : Attribute
{
    public IReadOnlyList<string> Names { get; } = names;
}
