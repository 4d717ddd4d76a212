using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Web.Components.Recent;

/// <summary>The filter, order and page of an account's receipts, as the address gives them. Invalid values become the defaults.</summary>
public sealed record RecentView(string State, string Search, string Sort, string? Cursor)
{
    private const string Any = "any";

    private const int LongestSearch = 254;

    /// <summary>The state filters, as written in the address.</summary>
    public static IReadOnlyList<string> States { get; } =
        [Any, .. new[] { ReceiptState.New, ReceiptState.Received, ReceiptState.Burned, ReceiptState.Expired }.Select(ReceiptStates.Name)];

    /// <summary>The sort orders, as written in the address.</summary>
    public static IReadOnlyList<string> Sorts { get; } = ["newest", "oldest", "soonest", "latest"];

    /// <summary>Whether the view is the first page without a filter or search.</summary>
    public bool IsUsual => this is { State: Any, Search: "", Cursor: null };

    public ReceiptQuery Query => new(
        Enum.GetValues<ReceiptState>().Cast<ReceiptState?>().FirstOrDefault(state => Same(state!.Value.Name(), State)),
        Search,
        Sort is "newest" or "oldest" ? ReceiptSort.Created : ReceiptSort.SecretExpires,
        Sort is "newest" or "latest",
        Cursor);

    public static RecentView Of(string? state, string? search, string? sort, string? cursor) => new(
        States.FirstOrDefault(known => Same(known, state), Any),
        search is { Length: <= LongestSearch } ? search.Trim() : "",
        Sorts.FirstOrDefault(known => Same(known, sort), Sorts[0]),
        cursor);

    /// <summary>The address of this view.</summary>
    public string Path() => "/recent" + QueryString.Create(
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["state"] = State is Any ? null : State,
            ["search"] = Search.Length > 0 ? Search : null,
            ["sort"] = Same(Sort, Sorts[0]) ? null : Sort,
            ["cursor"] = Cursor,
        }.Where(part => part.Value is not null));

    private static bool Same(string one, string? other) => string.Equals(one, other, StringComparison.Ordinal);
}
