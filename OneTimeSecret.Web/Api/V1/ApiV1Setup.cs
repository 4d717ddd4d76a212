using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;
using OneTimeSecret.Web.Api.Credentials;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>Registers the services and routes of the v1 API.</summary>
internal static class ApiV1Setup
{
    public static void AddApiV1(this IServiceCollection services)
    {
        services.AddControllers(mvc =>
        {
            // Model binding reads only route values. The framework's form and query readers must not touch the request (docs/adr/0003).
            mvc.ValueProviderFactories.Clear();
            mvc.ValueProviderFactories.Add(new RouteValueProviderFactory());
            mvc.ModelMetadataDetailsProviders.Add(new BlanksAreText());
        });
        services.AddSingleton(new Surface("/api", (context, problem, wait) => V1Answer.Of(problem, wait).Write(context)));
        services.AddSingleton<BasicCredentials>();
        services.AddSingleton<RequestChecks>();
        services.AddSingleton<ParameterSchemas>();
        // The OpenAPI document takes property names and number types from these options.
        services.Configure<JsonOptions>(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = V1Answer.Json.PropertyNamingPolicy;
            json.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict;
        });
        services.AddSingleton<DescriptionDocument>();
        services.AddOpenApi(DescriptionDocument.Name, openApi => openApi.AddApiV1Description());
    }

    public static void MapApiV1(this IEndpointRouteBuilder routes)
    {
        routes.MapControllers();
        routes.MapFallback();
        routes.MapGet($"/openapi/{DescriptionDocument.Name}.json", (DescriptionDocument document) => document.Send())
            .ExcludeFromDescription();
    }

    /// <summary>Answers an unknown route or method of v1, and every other version, with 404 in JSON, never with 405.</summary>
    private static void MapFallback(this IEndpointRouteBuilder routes)
    {
        // Without routes of its own, another method on "recent" would match {key}, as if "recent" were a key.
        foreach (var rest in (string[])["{**rest}", "private/recent", "metadata/recent", "receipt/recent"])
            routes.Map("/api/v1/" + rest, context => V1Answer.NoSuchRoute().Write(context)).ExcludeFromDescription();
        routes.Map("/api/{**rest}", context => V1Answer.NoSuchRoute().Write(context)).ExcludeFromDescription();
    }

    /// <summary>Binds a blank text as it is. By default the framework binds null, even to a non-nullable parameter.</summary>
    private sealed class BlanksAreText : IDisplayMetadataProvider
    {
        public void CreateDisplayMetadata(DisplayMetadataProviderContext context) =>
            context.DisplayMetadata.ConvertEmptyStringToNull = false;
    }
}
