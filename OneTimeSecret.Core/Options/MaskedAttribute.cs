namespace OneTimeSecret.Core.Options;

/// <summary>Marks a setting whose value is shown to nobody, not even administrators. They only see whether it is set.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MaskedAttribute : Attribute;
