using System.ComponentModel.DataAnnotations;

namespace OneTimeSecret.Core.Options;

/// <summary>Section <c>Admin</c>: the administrators' pages.</summary>
public sealed class AdminOptions : IValidatableObject
{
    /// <summary>
    /// Addresses or networks (<c>10.0.0.0/8</c>) from which the administrators' pages can be opened. For all other clients the pages do
    /// not exist. If empty, every client can open them.
    /// </summary>
    public IList<string> Networks { get; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        NetworkSetting.Mistakes(Networks).Select(mistake => new ValidationResult(mistake, [nameof(Networks)]));
}
