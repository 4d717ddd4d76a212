using System.Collections.Frozen;

namespace OneTimeSecret.Web.Api.Parameters;

/// <summary>The nesting of a field within its parameter. The order matters: each form is nested more deeply than the one before.</summary>
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
/// The parsed name of a field: its parameter and its place within. Forms write the place in brackets. JSON is flattened to the same
/// names, so that the same rules apply to every encoding.
/// </summary>
internal readonly record struct FieldName(string Parameter, FieldForm Form = FieldForm.Scalar, string? Key = null)
{
    // The most deeply nested form that each parameter of v1 allows. A list or object instead of a scalar is an error. If it counted as
    // absent, a secret could be shared without the passphrase that its sender wanted.
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

    /// <summary>False if the field is nested more deeply than its parameter allows. Unknown parameters allow any form.</summary>
    public bool IsAllowed => Form <= DeepestForms.GetValueOrDefault(Parameter, FieldForm.Nested);

    /// <summary>The name of an element of the array at this place.</summary>
    public FieldName Element() => Within(FieldForm.Element, key: null);

    /// <summary>The name of a member of the object at this place.</summary>
    public FieldName Member(string key) => Within(FieldForm.Member, key);

    /// <summary>Parses the bracket notation of forms. Unbalanced brackets count as nesting.</summary>
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
