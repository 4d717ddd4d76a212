namespace OneTimeSecret.Web.Http;

/// <summary>A content security policy instead of the usual one, for pages that this program does not write itself.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ContentPolicyAttribute(string policy) : Attribute
{
    public string Policy { get; } = policy;
}
