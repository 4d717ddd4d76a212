using System.Text.Json.Serialization.Metadata;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>
/// The receipt object of docs/contract.md, with the fields in the order of Onetime Secret's v1. Clients distinguish an absent field, null
/// and an empty value, so <see cref="Absent"/> names the fields that are left out.
/// </summary>
public sealed class ReceiptBody
{
    private static readonly string[] OfSecret = ["secret_key", "secret_identifier", "secret_ttl"];
    private static readonly string[] OfReveal = ["received"];
    private static readonly string[] OfList = ["secret_identifier"];
    private static readonly string[] OfPassphrase = ["passphrase_required", "has_passphrase"];
    private static readonly string[] OfValue = ["value", "secret_value"];

    private HashSet<string> Absent { get; init; } = [];

    public required string Custid { get; init; }

    public required string MetadataKey { get; init; }

    public required string? SecretKey { get; init; }

    public required int Ttl { get; init; }

    public required int MetadataTtl { get; init; }

    public required int? SecretTtl { get; init; }

    public required string MetadataUrl { get; init; }

    public required string State { get; init; }

    public required long Updated { get; init; }

    public required long Created { get; init; }

    public required long Received { get; init; }

    public required IReadOnlyList<string> Recipient { get; init; }

    public required string ShareDomain { get; init; }

    public required string? Value { get; init; }

    public required bool PassphraseRequired { get; init; }

    // Newer names of the fields above. They come last, and each is present only when its older name is.
    public string Identifier => MetadataKey;

    public string? SecretIdentifier => SecretKey;

    public bool HasPassphrase => PassphraseRequired;

    public IReadOnlyList<string> Recipients => Recipient;

    public int ReceiptTtl => MetadataTtl;

    public string ReceiptUrl => MetadataUrl;

    public string? SecretValue => Value;

    internal static IJsonTypeInfoResolver Resolver { get; } = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutAbsent } };

    /// <summary>The receipt as the API shows it.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="origin">Scheme and host of links.</param>
    /// <param name="value">The generated value, which only the answer to its creation contains. Otherwise null.</param>
    internal static ReceiptBody Of(Receipt receipt, string origin, string? value = null) => Of(receipt, origin, value, inList: false);

    /// <summary>An item of <c>recent</c>. It contains neither the secret's key nor its remaining lifetime.</summary>
    internal static ReceiptBody InRecent(Receipt receipt, string origin) => Of(receipt, origin, null, inList: true);

    private static ReceiptBody Of(Receipt receipt, string origin, string? value, bool inList)
    {
        var received = receipt.State == ReceiptState.Received;
        var exists = receipt.State == ReceiptState.New;
        return new ReceiptBody
        {
            Custid = receipt.OwnerEmail ?? "anon",
            MetadataKey = receipt.MetadataKey,
            SecretKey = inList ? null : receipt.SecretKey ?? "",
            Ttl = receipt.Ttl,
            MetadataTtl = receipt.ReceiptTtl,
            SecretTtl = inList ? null : receipt.SecretTtl,
            MetadataUrl = $"{origin}/receipt/{receipt.MetadataKey}",
            State = receipt.State.Name(),
            Updated = receipt.Updated.ToUnixTimeSeconds(),
            Created = receipt.Created.ToUnixTimeSeconds(),
            Received = receipt.Updated.ToUnixTimeSeconds(),
            Recipient = receipt.Recipients,
            ShareDomain = receipt.ShareDomain,
            Value = value,
            PassphraseRequired = receipt.HasPassphrase,
            Absent =
            [
                .. received && !inList ? OfSecret : [],
                .. inList ? OfList : [],
                .. exists && !inList ? [] : OfPassphrase,
                .. received ? [] : OfReveal,
                .. value is null ? OfValue : [],
            ],
        };
    }

    private static void LeaveOutAbsent(JsonTypeInfo type)
    {
        if (type.Type != typeof(ReceiptBody))
            return;
        foreach (var property in type.Properties)
            property.ShouldSerialize = (body, _) => !((ReceiptBody)body).Absent.Contains(property.Name);
    }
}
