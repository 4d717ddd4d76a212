using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OneTimeSecret.Tests.Accounts;

/// <summary>Simulates an authenticator and a browser (WebAuthn sections 6 and 5.8.1). Tests can make it give false answers.</summary>
internal sealed class SoftAuthenticator(string origin)
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _id = RandomNumberGenerator.GetBytes(32);
    private byte[] _user = [];

    /// <summary>The origin that the browser reports for the page.</summary>
    public string Origin { get; init; } = origin;

    /// <summary>Whether the browser reports that the page is in a frame of another site.</summary>
    public bool IsFramed { get; set; }

    /// <summary>Whether the authenticator reports that it verified the user, by fingerprint or PIN.</summary>
    public bool VerifiesUser { get; set; } = true;

    /// <summary>The signature counter that the authenticator reports.</summary>
    public uint Counter { get; set; } = 1;

    /// <summary>Whether the authenticator has a counter. Passkeys that several devices share have none.</summary>
    public bool Counts { get; init; } = true;

    /// <summary>The account that the authenticator reports as user handle. Null: the account that the passkey was made for.</summary>
    public Guid? Claims { get; set; }

    public byte[] Id => _id;

    /// <summary>The public key as the server stores it: a COSE map for ES256 (RFC 9053 section 7.1).</summary>
    public byte[] PublicKey
    {
        get
        {
            var point = _key.ExportParameters(includePrivateParameters: false).Q;
            return [0xA5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32, .. point.X!, 0x22, 0x58, 32, .. point.Y!];
        }
    }

    /// <summary>Answers a challenge for a new passkey.</summary>
    public string Create(string options)
    {
        var asked = JsonNode.Parse(options)!;
        _user = Base64Url.DecodeFromChars((string)asked["user"]!["id"]!);
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)_id.Length);
        byte[] data = [.. Data((string)asked["rp"]!["id"]!, isNew: true), .. new byte[16], .. length, .. _id, .. PublicKey];
        byte[] attestation =
        [
            0xA3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xA0, 0x68, .. "authData"u8, 0x58, (byte)data.Length, .. data,
        ];
        return Credential(new JsonObject
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(ClientData("webauthn.create", asked)),
            ["attestationObject"] = Base64Url.EncodeToString(attestation),
            ["transports"] = new JsonArray("internal"),
        });
    }

    /// <summary>Answers a challenge for this passkey.</summary>
    public string Get(string options)
    {
        var asked = JsonNode.Parse(options)!;
        var (data, client) = (Data((string)asked["rpId"]!, isNew: false), ClientData("webauthn.get", asked));
        var signature = _key.SignData(
            [.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Credential(new JsonObject
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(client),
            ["authenticatorData"] = Base64Url.EncodeToString(data),
            ["signature"] = Base64Url.EncodeToString(signature),
            ["userHandle"] = Base64Url.EncodeToString(Claims is { } other ? Encoding.UTF8.GetBytes(other.ToString()) : _user),
        });
    }

    private byte[] Data(string relyingParty, bool isNew)
    {
        var flags = (byte)(0x01 | (VerifiesUser ? 0x04 : 0) | (isNew ? 0x40 : 0)); // user present, user verified, public key attached
        Span<byte> counter = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(counter, Counts ? Counter : 0);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(relyingParty)), flags, .. counter];
    }

    private byte[] ClientData(string type, JsonNode asked) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["type"] = type, ["challenge"] = (string)asked["challenge"]!, ["origin"] = Origin, ["crossOrigin"] = IsFramed,
    });

    private string Credential(JsonObject response)
    {
        var id = Base64Url.EncodeToString(_id);
        return new JsonObject
        {
            ["id"] = id, ["rawId"] = id, ["type"] = "public-key", ["clientExtensionResults"] = new JsonObject(), ["response"] = response,
        }.ToJsonString();
    }
}
