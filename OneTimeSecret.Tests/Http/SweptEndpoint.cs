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
/// One address of the server and all that it reads, found as the server finds it: what is added tomorrow is among them without
/// anybody thinking of it.
/// </summary>
internal sealed partial class SweptEndpoint
{
    /// <summary>Fields of endpoints that read their form by themselves.</summary>
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

    /// <summary>Whether it is for an account or an administrator alone.</summary>
    public bool IsGuarded { get; }

    public bool IsPage { get; }

    public bool IsFile { get; }

    public bool HasParameters => Parameter().IsMatch(Route);

    /// <summary>Names that it reads from the query string, and one that nobody reads.</summary>
    public IReadOnlyList<string> Query { get; }

    /// <summary>Forms that it takes.</summary>
    public IReadOnlyList<Form> Forms { get; }

    /// <summary>Every endpoint of the server but files, of which one stands for all.</summary>
    public static IReadOnlyList<SweptEndpoint> All(RunningServer server)
    {
        var all = server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(endpoint => new SweptEndpoint(endpoint))
            .DistinctBy(endpoint => (endpoint.Route, string.Join(' ', endpoint.Methods))).ToList();
        return [.. all.Where(endpoint => !endpoint.IsFile), .. all.Where(endpoint => endpoint.IsFile).Take(1)];
    }

    /// <summary>Its address with <paramref name="value"/> in the place of everything that is bound.</summary>
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
    /// <param name="Handler">Its name; empty: none.</param>
    /// <param name="Fields">Names of its fields.</param>
    internal sealed record Form(string Handler, IReadOnlyList<string> Fields)
    {
        /// <summary>One form of each name, with the fields of all.</summary>
        public static IEnumerable<Form> Merge(IEnumerable<Form> forms) => forms
            .GroupBy(form => form.Handler, form => form.Fields, StringComparer.Ordinal)
            .Select(same => new Form(same.Key, [.. same.SelectMany(fields => fields).Distinct(StringComparer.Ordinal)]));
    }
}
