using System.Text;

namespace OneTimeSecret.Web.Api.Parameters;

/// <summary>
/// The parameters of one request. If the body contains a parameter, the query's fields of the same name are ignored. Values are valid
/// UTF-8. Disposing clears them, so memory from <see cref="Bytes"/> must not be used afterwards.
/// </summary>
internal sealed class RequestParameters(Fields body, Fields query) : IDisposable
{
    /// <summary>The bytes of the first scalar value. Null if there is none.</summary>
    public ReadOnlyMemory<byte>? Bytes(string name)
    {
        foreach (var field in Of(name))
        {
            if (field.Name.Form is FieldForm.Scalar)
                return field.Value.Memory;
        }

        return null;
    }

    /// <summary>The first scalar value as text. Null if there is none.</summary>
    public string? Text(string name) => Bytes(name) is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;

    /// <summary>All values in order: those of <c>name</c> and <c>name[]</c>, which may be repeated, and those of JSON arrays.</summary>
    public IReadOnlyList<string> List(string name) =>
        [.. Of(name).Where(field => field.Name.Form <= FieldForm.Element).Select(field => Encoding.UTF8.GetString(field.Value.Span))];

    /// <summary>
    /// Named switches. Null if the parameter is absent. <c>name[key]=true</c> and members of JSON objects set one switch, where
    /// <c>true</c>, <c>1</c> and <c>on</c> mean on. Plain values and lists name the switches that are on, one per value or separated by
    /// commas. The first value of a switch counts.
    /// </summary>
    public IReadOnlyDictionary<string, bool>? Flags(string name)
    {
        if (Find(name) is not { } fields)
            return null;

        var flags = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            var text = Encoding.UTF8.GetString(field.Value.Span);
            switch (field.Name.Form)
            {
                case FieldForm.Member:
                    flags.TryAdd(field.Name.Key!, text.ToLowerInvariant() is "true" or "1" or "on");
                    break;
                case FieldForm.Scalar or FieldForm.Element:
                    foreach (var flag in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                        flags.TryAdd(flag, value: true);
                    break;
            }
        }

        return flags;
    }

    /// <summary>Overwrites every value with zeros.</summary>
    public void Dispose()
    {
        body.Dispose();
        query.Dispose();
    }

    private IReadOnlyList<Field>? Find(string name) => body.Of(name) ?? query.Of(name);

    private IReadOnlyList<Field> Of(string name) => Find(name) ?? [];
}
