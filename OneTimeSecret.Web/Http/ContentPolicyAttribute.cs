namespace OneTimeSecret.Web.Http;

/// <summary>Replaces the default content security policy, for pages that need more than it allows.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ContentPolicyAttribute(string policy) : Attribute
{
    public string Policy { get; } = policy;
}
