namespace OneTimeSecret.Web.Http;

/// <summary>A content security policy instead of the usual one, for pages that need more than it allows.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ContentPolicyAttribute(string policy) : Attribute
{
    public string Policy { get; } = policy;
}
