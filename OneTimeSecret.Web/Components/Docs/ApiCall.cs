namespace OneTimeSecret.Web.Components.Docs;

/// <summary>A call of API v1 as its page shows it.</summary>
/// <param name="Name">Names its texts, <c>ApiDocs.NAME.Title</c> and <c>ApiDocs.NAME.Lead</c>.</param>
/// <param name="Routes">Methods and paths, such as <c>GET POST /api/v1/private/{key}</c>; the one to use first.</param>
/// <param name="Parameters">Names of its parameters, and the rules that they follow.</param>
/// <param name="Shell">Lines for bash that make the call as they stand, once those of the calls before have run.</param>
/// <param name="Answer">What comes back, in short.</param>
public sealed record ApiCall(
    string Name, IReadOnlyList<string> Routes, IReadOnlyList<(string Name, string Rule)> Parameters, string Shell, string Answer)
{
    /// <summary>Where the page has it.</summary>
    public string Id => Name.ToLowerInvariant();
}
