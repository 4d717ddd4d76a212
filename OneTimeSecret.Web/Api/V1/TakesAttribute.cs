namespace OneTimeSecret.Web.Api.V1;

/// <summary>The parameters that an action reads, for the OpenAPI document: the framework cannot see them in a signature.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TakesAttribute(params string[] names) : Attribute
{
    public IReadOnlyList<string> Names { get; } = names;
}
