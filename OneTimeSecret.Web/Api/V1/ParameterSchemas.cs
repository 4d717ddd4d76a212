using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>The schema of each parameter in the OpenAPI document: type, this server's limits, and a working example.</summary>
internal sealed class ParameterSchemas(IOptions<SecretOptions> secrets, IOptions<PassphraseOptions> passphrases)
{
    /// <summary>The schema of a request body with these parameters.</summary>
    public OpenApiSchema Body(IReadOnlyList<string> names)
    {
        var body = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal),
            Required = names.Where(name => name is "secret").ToHashSet(StringComparer.Ordinal),
        };
        foreach (var name in names)
            body.Properties[name] = Of(name);
        return body;
    }

    private OpenApiSchema Of(string name) => name switch
    {
        "secret" => Schema(JsonSchemaType.String, "correct horse battery staple",
            $"The value to conceal: UTF-8, byte for byte, at most {secrets.Value.MaxBytes} bytes."),
        "passphrase" => Schema(JsonSchemaType.String, "",
            $"A passphrase of {passphrases.Value.MinLength} to {passphrases.Value.MaxLength} characters; empty means none."),
        "ttl" => Schema(JsonSchemaType.Integer, secrets.Value.DefaultTtl,
            $"Lifetime in seconds, {secrets.Value.DefaultTtl} if not given. Raised to {secrets.Value.MinTtl}, lowered to " +
            $"{secrets.Value.MaxTtlAnonymous}, with an account to {secrets.Value.MaxTtlAccount}."),
        "recipient" => Recipients(),
        "share_domain" => Schema(JsonSchemaType.String, "", "A domain configured on this server; others are ignored."),
        "length" => Schema(JsonSchemaType.Integer, PasswordRecipe.DefaultLength,
            $"Characters of the password, 1 to {PasswordRecipe.MaxLength}, {PasswordRecipe.DefaultLength} if not given."),
        "character_sets" => Schema(JsonSchemaType.String, "lowercase,numbers",
            "A comma-separated list of uppercase, lowercase, numbers, symbols, exclude_ambiguous, or an object of booleans."),
        _ => throw new InvalidOperationException($"There is no schema for the parameter {name}."),
    };

    private static OpenApiSchema Recipients()
    {
        var schema = Schema(JsonSchemaType.Array, new JsonArray(),
            $"Up to {DraftRules.MaxRecipients} e-mail addresses; the link is mailed to the first. Needs an account.");
        schema.Items = new OpenApiSchema { Type = JsonSchemaType.String };
        return schema;
    }

    private static OpenApiSchema Schema(JsonSchemaType type, JsonNode example, FormattableString description) =>
        Schema(type, example, description.ToString(CultureInfo.InvariantCulture));

    private static OpenApiSchema Schema(JsonSchemaType type, JsonNode example, string description) =>
        new() { Type = type, Description = description, Examples = [example] };
}
