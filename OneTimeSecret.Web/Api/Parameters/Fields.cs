using System.Text;
using System.Text.Unicode;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Web.Api.Parameters;

/// <summary>One decoded field. Its value is valid UTF-8.</summary>
internal readonly record struct Field(FieldName Name, SecretBytes Value);

/// <summary>
/// The fields of one source (the query string or the body) in the order in which they were sent. All encodings add their fields here, so
/// this class validates UTF-8, checks the form of each field, and limits the number of fields.
/// </summary>
internal sealed class Fields : IDisposable
{
    /// <summary>The maximum number of fields of one source, including JSON arrays and objects. Real requests have far fewer.</summary>
    internal const int MaxCount = 256;

    internal const string NotUtf8 = "Text must be valid UTF-8.";
    internal const string NotAllowed = "A parameter that takes a single value was given a list or an object.";
    internal const string TooMany = "There are too many parameters.";

    private readonly Dictionary<string, List<Field>> byParameter = new(StringComparer.Ordinal);
    private int count;

    /// <summary>The fields of a parameter; null if the source does not mention it.</summary>
    public IReadOnlyList<Field>? Of(string parameter) => byParameter.GetValueOrDefault(parameter);

    /// <summary>Adds a copy of a field whose name is in bracket notation. Returns null, or the reason of a refusal.</summary>
    public string? Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        Utf8.IsValid(name) ? Add(FieldName.Parse(Encoding.UTF8.GetString(name)), value) : NotUtf8;

    /// <inheritdoc cref="Add(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public string? Add(FieldName name, ReadOnlySpan<byte> value)
    {
        if (!Utf8.IsValid(value))
            return NotUtf8;

        var flaw = Mention(name);
        if (flaw is null)
            byParameter[name.Parameter].Add(new Field(name, SecretBytes.Copy(value)));

        return flaw;
    }

    /// <summary>Marks a parameter as present: an empty array is not an absent one. Returns null, or the reason of a refusal.</summary>
    public string? Mention(FieldName name)
    {
        if (!name.IsAllowed)
            return NotAllowed;

        if (count == MaxCount)
            return TooMany;

        count++;
        byParameter.TryAdd(name.Parameter, []);
        return null;
    }

    /// <summary>Overwrites every value with zeros and removes all fields.</summary>
    public void Dispose()
    {
        foreach (var field in byParameter.Values.SelectMany(fields => fields))
            field.Value.Dispose();

        byParameter.Clear();
    }
}
