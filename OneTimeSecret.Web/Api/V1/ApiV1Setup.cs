using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;

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

    /// <summary>Whether a request is for the API: what goes wrong is then told in its form, in no language but its own.</summary>
    public static bool IsApi(HttpContext context) => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

    /// <summary>An unknown route or method under v1, or under another version, is a 404 in JSON, never a 405.</summary>
    public static void MapApiV1Fallback(this IEndpointRouteBuilder routes)
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
