using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>A revealed secret. Its value goes from UTF-8 bytes straight into the JSON text and is cleared when it is written.</summary>
public sealed record RevealBody(
    [property: JsonConverter(typeof(RevealBody.ClearingText))] byte[] Value, string SecretKey, string ShareDomain)
{
    /// <summary>Says nothing of its content.</summary>
    public override string ToString() => nameof(RevealBody);

    internal sealed class ClearingText : JsonConverter<byte[]>
    {
        public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Answers are only written.");

        public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options)
        {
            writer.WriteStringValue(value);
            CryptographicOperations.ZeroMemory(value);
        }
    }
}
