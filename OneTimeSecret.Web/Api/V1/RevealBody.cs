using System.Text.Json;
using System.Text.Json.Serialization;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>A revealed secret. The value is written to JSON directly from its UTF-8 bytes, and disposing clears these bytes.</summary>
public sealed class RevealBody(SecretBytes value, string secretKey, string shareDomain) : IDisposable
{
    [JsonConverter(typeof(Utf8Text))]
    public ReadOnlyMemory<byte> Value => value.Memory;

    public string SecretKey => secretKey;

    public string ShareDomain => shareDomain;

    /// <inheritdoc/>
    public void Dispose() => value.Dispose();

    /// <summary>Writes UTF-8 bytes as a JSON string. The copies in the server's output buffers are not cleared.</summary>
    internal sealed class Utf8Text : JsonConverter<ReadOnlyMemory<byte>>
    {
        public override ReadOnlyMemory<byte> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("This converter only writes JSON.");

        public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Span);
    }
}
