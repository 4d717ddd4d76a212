using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using OneTimeSecret.Web.Accounts;
using OneTimeSecret.Web.Api.V1;
using OneTimeSecret.Web.Components.Pages;

namespace OneTimeSecret.Tests.Http;

/// <summary>
/// One endpoint of the server and all values that it reads. Endpoints are taken from the server's own metadata, so new ones are included
/// automatically.
/// </summary>
internal sealed partial class SweptEndpoint
{
    /// <summary>Fields of endpoints that read their form without model binding.</summary>
    private static readonly string[] ReadByHand = ["use", OptOutPage.Wish, "List-Unsubscribe"];

    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private SweptEndpoint(RouteEndpoint endpoint)
    {
        Route = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
        Methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST"];
        IsApi = Route.StartsWith("/api/", StringComparison.OrdinalIgnoreCase);
        IsGuarded = endpoint.Metadata.GetMetadata<GuardedAttribute>() is not null
            || endpoint.Metadata.GetMetadata<DemandsAttribute>() is { Account: true };
        IsPage = endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;
        IsFile = endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null;
        var page = endpoint.Metadata.GetMetadata<ComponentTypeMetadata>()?.Type;
        string[] taken = [.. endpoint.Metadata.GetOrderedMetadata<TakesAttribute>().SelectMany(takes => takes.Names)];
        Query = [.. Supplied<SupplyParameterFromQueryAttribute>(page).Select(p => p.Source.Name ?? p.Member.Name), .. taken, "x"];
        var bound = Supplied<SupplyParameterFromFormAttribute>(page)
            .GroupBy(p => p.Source.FormName ?? "", p => p, StringComparer.Ordinal)
            .Select(form => new Form(form.Key, [.. form.SelectMany(p => FieldsOf(p.Source.Name ?? p.Member.Name, p.Member.PropertyType))]));
        Forms = [.. bound, new Form("", [.. taken, .. ReadByHand])];
    }

    public string Route { get; }

    public IReadOnlyList<string> Methods { get; }

    public bool IsApi { get; }

    /// <summary>Whether only accounts or administrators may use the endpoint.</summary>
    public bool IsGuarded { get; }

    public bool IsPage { get; }

    public bool IsFile { get; }

    public bool HasParameters => Parameter().IsMatch(Route);

    /// <summary>Names that the endpoint reads from the query string, and one that it does not read.</summary>
    public IReadOnlyList<string> Query { get; }

    /// <summary>Forms that the endpoint accepts.</summary>
    public IReadOnlyList<Form> Forms { get; }

    /// <summary>Every endpoint of the server. One static file stands for all files.</summary>
    public static IReadOnlyList<SweptEndpoint> All(EndpointDataSource server)
    {
        var all = server.Endpoints.OfType<RouteEndpoint>().Select(endpoint => new SweptEndpoint(endpoint))
            .DistinctBy(endpoint => (endpoint.Route, string.Join(' ', endpoint.Methods))).ToList();
        return [.. all.Where(endpoint => !endpoint.IsFile), .. all.Where(endpoint => endpoint.IsFile).Take(1)];
    }

    /// <summary>The address of the endpoint, with <paramref name="value"/> in place of every route parameter.</summary>
    public string At(string value) => Parameter().Replace(Route, value.Replace("$", "$$", StringComparison.Ordinal));

    public override string ToString() => $"{string.Join(' ', Methods)} {Route}";

    private static IEnumerable<(PropertyInfo Member, T Source)> Supplied<T>(Type? page)
        where T : Attribute
    {
        for (; page is not null; page = page.BaseType)
            foreach (var member in page.GetProperties(Members | BindingFlags.DeclaredOnly))
                if (member.GetCustomAttribute<T>() is { } source)
                    yield return (member, source);
    }

    private static IEnumerable<string> FieldsOf(string name, Type type) =>
        type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true
            ? [name]
            : type.GetProperties(Members).Where(field => field.CanWrite).Select(field => $"{name}.{field.Name}");

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter();

    /// <summary>A form.</summary>
    /// <param name="Handler">The name of the form. Empty: it has none.</param>
    /// <param name="Fields">The names of its fields.</param>
    internal sealed record Form(string Handler, IReadOnlyList<string> Fields)
    {
        /// <summary>Merges forms of the same name into one form with the fields of all of them.</summary>
        public static IEnumerable<Form> Merge(IEnumerable<Form> forms) => forms
            .GroupBy(form => form.Handler, form => form.Fields, StringComparer.Ordinal)
            .Select(same => new Form(same.Key, [.. same.SelectMany(fields => fields).Distinct(StringComparer.Ordinal)]));
    }
}
