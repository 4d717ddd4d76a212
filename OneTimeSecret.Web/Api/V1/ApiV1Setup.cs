using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;
using OneTimeSecret.Web.Api.Credentials;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>Composes the v1 API.</summary>
internal static class ApiV1Setup
{
    public static void AddApiV1(this IServiceCollection services)
    {
        services.AddControllers(mvc =>
        {
            // Actions take nothing but their route from the framework: its form and query readers must not touch the request.
            mvc.ValueProviderFactories.Clear();
            mvc.ValueProviderFactories.Add(new RouteValueProviderFactory());
            mvc.ModelMetadataDetailsProviders.Add(new BlanksAreText());
        });
        services.AddSingleton(new Surface("/api", (context, problem, wait) => V1Answer.Of(problem, wait).Write(context)));
        services.AddSingleton<BasicCredentials>();
        services.AddSingleton<RequestChecks>();
        services.AddSingleton<ParameterSchemas>();
        // The OpenAPI document takes names and types from these.
        services.Configure<JsonOptions>(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = V1Answer.Json.PropertyNamingPolicy;
            json.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict;
        });
        services.AddOpenApi("v1", openApi => openApi.AddApiV1Description());
    }

    public static void MapApiV1(this IEndpointRouteBuilder routes)
    {
        routes.MapControllers();
        routes.MapFallback();
        routes.MapOpenApi("/openapi/{documentName:regex(^v1$)}.json"); // by itself it answers for others with their name as a text
    }

    /// <summary>An unknown route or method under v1, or under another version, is a 404 in JSON, never a 405.</summary>
    private static void MapFallback(this IEndpointRouteBuilder routes)
    {
        // "recent" is no key: its other methods must not fall through to {key}.
        foreach (var rest in (string[])["{**rest}", "private/recent", "metadata/recent", "receipt/recent"])
            routes.Map("/api/v1/" + rest, context => V1Answer.NoSuchRoute().Write(context)).ExcludeFromDescription();
        routes.Map("/api/{**rest}", context => V1Answer.NoSuchRoute().Write(context)).ExcludeFromDescription();
    }

    /// <summary>
    /// Blanks are bound as they came. By itself the framework makes null of them, whatever the type of the parameter says.
    /// </summary>
    private sealed class BlanksAreText : IDisplayMetadataProvider
    {
        public void CreateDisplayMetadata(DisplayMetadataProviderContext context) =>
            context.DisplayMetadata.ConvertEmptyStringToNull = false;
    }
}
