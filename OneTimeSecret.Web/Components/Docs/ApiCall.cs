namespace OneTimeSecret.Web.Components.Docs;

/// <summary>A call of API v1, as the documentation page shows it.</summary>
/// <param name="Name">Selects its texts, <c>ApiDocs.NAME.Title</c> and <c>ApiDocs.NAME.Lead</c>.</param>
/// <param name="Routes">Methods and paths, such as <c>GET POST /api/v1/private/{key}</c>. The recommended one is first.</param>
/// <param name="Parameters">Names of its parameters, each with the name of its rule.</param>
/// <param name="Shell">Bash lines that make the call. They work unchanged after the lines of the previous calls.</param>
/// <param name="Answer">The answer, shortened.</param>
public sealed record ApiCall(
    string Name, IReadOnlyList<string> Routes, IReadOnlyList<(string Name, string Rule)> Parameters, string Shell, string Answer)
{
    /// <summary>The HTML id of the call's section on the page.</summary>
    public string Id => Name.ToLowerInvariant();
}
