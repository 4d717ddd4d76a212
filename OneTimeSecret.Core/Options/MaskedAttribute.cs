namespace OneTimeSecret.Core.Options;

/// <summary>A setting whose value nobody is shown, administrators included: only whether it is set.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MaskedAttribute : Attribute;
