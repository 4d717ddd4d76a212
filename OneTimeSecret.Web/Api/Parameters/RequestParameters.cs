using System.Text;

namespace OneTimeSecret.Web.Api.Parameters;

/// <summary>
/// The parameters of one request. A parameter that the body mentions hides the query's of that name altogether. Values are
/// validated UTF-8; disposing clears them, so nothing taken by <see cref="Bytes"/> may be used afterwards.
/// </summary>
internal sealed class RequestParameters(Fields body, Fields query) : IDisposable
{
    /// <summary>The first scalar value, byte for byte; null if there is none.</summary>
    public ReadOnlyMemory<byte>? Bytes(string name)
    {
        foreach (var field in Of(name))
        {
            if (field.Name.Form is FieldForm.Scalar)
                return field.Value.Memory;
        }

        return null;
    }

    /// <summary>The first scalar value as text; null if there is none.</summary>
    public string? Text(string name) => Bytes(name) is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;

    /// <summary>All values in order: <c>name</c> and <c>name[]</c>, repeated or not, and JSON arrays.</summary>
    public IReadOnlyList<string> List(string name) =>
        [.. Of(name).Where(field => field.Name.Form <= FieldForm.Element).Select(field => Encoding.UTF8.GetString(field.Value.Span))];

    /// <summary>
    /// Named switches; null if the parameter is absent. <c>name[key]=true</c> and JSON objects state each one, and
    /// <c>true</c>, <c>1</c> and <c>on</c> mean on; plain values and lists name those that are on, with commas between or
    /// one at a time. The first statement about a switch counts.
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

    /// <summary>Clears every value in memory.</summary>
    public void Dispose()
    {
        body.Dispose();
        query.Dispose();
    }

    private IReadOnlyList<Field>? Find(string name) => body.Of(name) ?? query.Of(name);

    private IReadOnlyList<Field> Of(string name) => Find(name) ?? [];
}
