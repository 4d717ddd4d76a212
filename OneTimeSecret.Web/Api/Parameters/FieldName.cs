using System.Collections.Frozen;

namespace OneTimeSecret.Web.Api.Parameters;

/// <summary>How deep a field lies within its parameter, from the plainest to the deepest.</summary>
internal enum FieldForm
{
    /// <summary><c>secret</c></summary>
    Scalar,

    /// <summary><c>recipient[]</c>, or an element of a JSON array.</summary>
    Element,

    /// <summary><c>character_sets[numbers]</c>, or a member of a JSON object.</summary>
    Member,

    /// <summary>Anything deeper.</summary>
    Nested,
}

/// <summary>
/// A field's place: the parameter it belongs to, and how it lies within. Forms write this with brackets; JSON is flattened to it,
/// so that the same rules hold in every encoding.
/// </summary>
internal readonly record struct FieldName(string Parameter, FieldForm Form = FieldForm.Scalar, string? Key = null)
{
    // The parameters of v1. A structure where a scalar is due must not be stringified and must not count as
    // absent either: a share without the passphrase that its sender meant to set would be worse than an error.
    private static readonly FrozenDictionary<string, FieldForm> DeepestForms = new Dictionary<string, FieldForm>(StringComparer.Ordinal)
    {
        ["secret"] = FieldForm.Scalar,
        ["passphrase"] = FieldForm.Scalar,
        ["ttl"] = FieldForm.Scalar,
        ["share_domain"] = FieldForm.Scalar,
        ["length"] = FieldForm.Scalar,
        ["recipient"] = FieldForm.Element,
        ["character_sets"] = FieldForm.Member,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>False for a structure where the parameter takes none. Parameters nobody knows may take any form.</summary>
    public bool IsAllowed => Form <= DeepestForms.GetValueOrDefault(Parameter, FieldForm.Nested);

    /// <summary>The place of an element of the array that stands here.</summary>
    public FieldName Element() => Within(FieldForm.Element, key: null);

    /// <summary>The place of a member of the object that stands here.</summary>
    public FieldName Member(string key) => Within(FieldForm.Member, key);

    /// <summary>Reads the bracket notation of forms. Brackets that do not pair up count as nesting.</summary>
    public static FieldName Parse(string text)
    {
        var bracket = text.IndexOf('[', StringComparison.Ordinal);
        if (bracket < 0)
            return new FieldName(text);

        var parameter = new FieldName(text[..bracket]);
        var inside = text.AsSpan(bracket + 1);
        if (inside is "]")
            return parameter.Element();

        return inside.IndexOfAny('[', ']') == inside.Length - 1 && inside is [.., ']']
            ? parameter.Member(inside[..^1].ToString())
            : new FieldName(parameter.Parameter, FieldForm.Nested);
    }

    private FieldName Within(FieldForm form, string? key) =>
        Form is FieldForm.Scalar ? new FieldName(Parameter, form, key) : new FieldName(Parameter, FieldForm.Nested);
}
