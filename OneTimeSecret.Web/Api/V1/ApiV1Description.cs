using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>Completes the OpenAPI document with what the framework cannot see: parameters, credentials, refusals.</summary>
internal static class ApiV1Description
{
    private const string Basic = "basic";

    private static readonly Dictionary<string, (JsonSchemaType Type, string Description)> Parameters = new(StringComparer.Ordinal)
    {
        ["secret"] = (JsonSchemaType.String, "The value to conceal: UTF-8, byte for byte, at most 10 000 bytes by default."),
        ["passphrase"] = (JsonSchemaType.String, "A passphrase of 4 to 128 characters; empty means none."),
        ["ttl"] = (JsonSchemaType.Integer, "Lifetime in seconds; raised to 60, lowered to the server's maximum. Default 604800."),
        ["recipient"] = (JsonSchemaType.Array, "Up to 10 e-mail addresses; the link is mailed to the first. Needs an account."),
        ["share_domain"] = (JsonSchemaType.String, "A domain configured on this server; others are ignored."),
        ["length"] = (JsonSchemaType.Integer, "Characters of the password, 1 to 128. Default 12."),
        ["character_sets"] = (JsonSchemaType.Object,
            "Booleans uppercase, lowercase, numbers, symbols, exclude_ambiguous; or their names with commas between."),
    };

    public static void AddApiV1Description(this OpenApiOptions openApi)
    {
        openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "OneTimeSecret",
                Version = "v1",
                Description = "Wire-compatible with Onetime Secret's v1. Every refusal is a 404 whose true class travels in the header " +
                              "X-OTS-Intended-Status; a busy server answers 503.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
            document.Components.SecuritySchemes[Basic] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = Basic, Description = "Account e-mail and API token.",
            };
            return Task.CompletedTask;
        });
        openApi.AddOperationTransformer((operation, context, _) =>
        {
            Complete(operation, context);
            return Task.CompletedTask;
        });
    }

    private static void Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<TakesAttribute>().SingleOrDefault() is { } takes)
            operation.RequestBody = Body(takes.Names);
        if (metadata.OfType<DemandsAttribute>().SingleOrDefault() is { } demands)
        {
            var signedIn = new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Basic, context.Document)] = [] };
            operation.Security = demands.Account ? [signedIn] : [new OpenApiSecurityRequirement(), signedIn];
        }
        operation.Responses ??= [];
        operation.Responses["404"] = new OpenApiResponse { Description = "Refused: `message` says why, X-OTS-Intended-Status how." };
        operation.Responses["503"] = new OpenApiResponse { Description = "Busy: nothing was done, Retry-After says when to try again." };
    }

    private static OpenApiRequestBody Body(IEnumerable<string> names)
    {
        var schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object, Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal),
        };
        foreach (var name in names)
        {
            schema.Properties[name] = new OpenApiSchema
            {
                Type = Parameters[name].Type,
                Description = Parameters[name].Description,
                Items = Parameters[name].Type == JsonSchemaType.Array ? new OpenApiSchema { Type = JsonSchemaType.String } : null,
            };
        }
        var media = new OpenApiMediaType { Schema = schema };
        return new OpenApiRequestBody
        {
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                ["application/x-www-form-urlencoded"] = media, ["multipart/form-data"] = media, ["application/json"] = media,
            },
        };
    }
}
