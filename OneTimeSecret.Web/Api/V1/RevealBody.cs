using System.Text.Json;
using System.Text.Json.Serialization;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>A revealed secret. Its value goes from UTF-8 bytes straight into the JSON text and is cleared when it is written.</summary>
public sealed class RevealBody(SecretBytes value, string secretKey, string shareDomain) : IDisposable
{
    [JsonConverter(typeof(Utf8Text))]
    public ReadOnlyMemory<byte> Value => value.Memory;

    public string SecretKey => secretKey;

    public string ShareDomain => shareDomain;

    /// <inheritdoc/>
    public void Dispose() => value.Dispose();

    /// <summary>The writer copies the text into buffers of the server, which clears none of them.</summary>
    internal sealed class Utf8Text : JsonConverter<ReadOnlyMemory<byte>>
    {
        public override ReadOnlyMemory<byte> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Answers are only written.");

        public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Span);
    }
}
