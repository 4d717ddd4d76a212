using System.Text;
using System.Text.Unicode;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Web.Api.Parameters;

/// <summary>One decoded field, its text as valid UTF-8.</summary>
internal readonly record struct Field(FieldName Name, SecretBytes Value);

/// <summary>
/// The fields of one source, query or body, in the order they came. Every field of every encoding enters here, so this is
/// where text is checked to be UTF-8, forms to be allowed, and their number to be bounded.
/// </summary>
internal sealed class Fields : IDisposable
{
    /// <summary>Fields of one source, JSON arrays and objects included. Far beyond any honest request.</summary>
    internal const int MaxCount = 256;

    internal const string NotUtf8 = "Text must be valid UTF-8.";
    internal const string NotAllowed = "A parameter that takes a single value was given a list or an object.";
    internal const string TooMany = "There are too many parameters.";

    private readonly Dictionary<string, List<Field>> byParameter = new(StringComparer.Ordinal);
    private int count;

    /// <summary>The fields of a parameter; null if the source does not mention it.</summary>
    public IReadOnlyList<Field>? Of(string parameter) => byParameter.GetValueOrDefault(parameter);

    /// <summary>Takes a copy of a field in bracket notation. Answers null, or what is wrong with it.</summary>
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

    /// <summary>Notes that the parameter is there, even if nothing follows: an empty array is not an absent one.</summary>
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

    /// <summary>Clears every value and forgets it.</summary>
    public void Dispose()
    {
        foreach (var field in byParameter.Values.SelectMany(fields => fields))
            field.Value.Dispose();

        byParameter.Clear();
    }
}
