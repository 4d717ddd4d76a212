using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>Adds to the OpenAPI document what the framework cannot infer: parameters, credentials, refusals.</summary>
internal static class ApiV1Description
{
    private const string Basic = "basic";

    /// <summary>Groups of calls, in the order in which a client uses them.</summary>
    private static readonly (string Name, string Description)[] Groups =
    [
        ("Secrets", "Conceal, generate, reveal."),
        ("Receipts", "The state of a secret, for its creator. Each call has three paths, because its name changed over time."),
        ("Status", "The server, and your credentials."),
    ];

    public static void AddApiV1Description(this OpenApiOptions openApi)
    {
        // RevealBody writes its bytes as text. The framework would describe them as an array.
        openApi.CreateSchemaReferenceId =
            type => type.Type == typeof(ReadOnlyMemory<byte>) ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        openApi.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonTypeInfo.Type == typeof(ReadOnlyMemory<byte>))
                schema.Type = JsonSchemaType.String;
            if (context.JsonTypeInfo.Type == typeof(RevealBody))
                schema.Required?.Add("value");
            return Task.CompletedTask;
        });
        openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "OneTimeSecret",
                Version = "v1",
                Description = "Wire-compatible with Onetime Secret's v1. Every refusal is a 404. Its real status is in the header " +
                              "X-OTS-Intended-Status. X-OTS-Reason says what is malformed in a request. A busy server answers 503.",
            };
            document.Tags = Groups
                .Select(group => new OpenApiTag { Name = group.Name, Description = group.Description }).ToHashSet();
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
            operation.RequestBody = Body(context.ApplicationServices.GetRequiredService<ParameterSchemas>().Body(takes.Names));
        if (metadata.OfType<DemandsAttribute>().SingleOrDefault() is { } demands)
        {
            var signedIn = new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Basic, context.Document)] = [] };
            operation.Security = demands.Account ? [signedIn] : [new OpenApiSecurityRequirement(), signedIn];
        }
        operation.Responses ??= [];
        operation.Responses["404"] = new OpenApiResponse
        {
            Description = "Refused: `message` is the reason, X-OTS-Intended-Status the real status, X-OTS-Reason what is malformed.",
        };
        operation.Responses["503"] = new OpenApiResponse { Description = "Busy: nothing was done, Retry-After says when to try again." };
    }

    private static OpenApiRequestBody Body(OpenApiSchema schema)
    {
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
