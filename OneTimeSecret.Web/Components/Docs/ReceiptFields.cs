namespace OneTimeSecret.Web.Components.Docs;

/// <summary>The fields of a receipt in the JSON of API v1.</summary>
internal static class ReceiptFields
{
    /// <summary>In the order of the JSON: name, type, and the newer name of the same field. Null: the field has only one name.</summary>
    public static IReadOnlyList<(string Name, string Type, string? Twin)> All { get; } =
    [
        ("custid", "string", null),
        ("metadata_key", "string", "identifier"),
        ("secret_key", "string", "secret_identifier"),
        ("ttl", "integer", null),
        ("metadata_ttl", "integer", "receipt_ttl"),
        ("secret_ttl", "integer", null),
        ("metadata_url", "string", "receipt_url"),
        ("state", "string", null),
        ("updated", "integer", null),
        ("created", "integer", null),
        ("received", "integer", null),
        ("recipient", "strings", "recipients"),
        ("share_domain", "string", null),
        ("value", "string", "secret_value"),
        ("passphrase_required", "boolean", "has_passphrase"),
    ];
}
