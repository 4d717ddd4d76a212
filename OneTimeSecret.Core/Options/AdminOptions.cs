using System.ComponentModel.DataAnnotations;

namespace OneTimeSecret.Core.Options;

/// <summary>Section <c>Admin</c>: the administrators' pages.</summary>
public sealed class AdminOptions : IValidatableObject
{
    /// <summary>
    /// Addresses or networks (<c>10.0.0.0/8</c>) that administrators work from; to all others their pages do not exist. None: from
    /// everywhere.
    /// </summary>
    public IList<string> Networks { get; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        NetworkSetting.Mistakes(Networks).Select(mistake => new ValidationResult(mistake, [nameof(Networks)]));
}
