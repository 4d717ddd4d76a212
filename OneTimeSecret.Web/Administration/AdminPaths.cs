using OneTimeSecret.Core.Receipts;

namespace OneTimeSecret.Web.Administration;

/// <summary>The paths of the administrators' pages.</summary>
internal static class AdminPaths
{
    /// <summary>The first page. The paths of all others begin with it.</summary>
    public const string Root = "/admin";

    public const string Receipts = Root + "/receipts";
    public const string Accounts = Root + "/accounts";
    public const string Clients = Root + "/clients";
    public const string Mail = Root + "/mail";
    public const string Jobs = Root + "/jobs";
    public const string Audit = Root + "/audit";
    public const string Banner = Root + "/banner";
    public const string Settings = Root + "/settings";

    /// <summary>Search for a receipt by its short id.</summary>
    public static string Receipt(string shortId) => With(Receipts, ("by", nameof(ReceiptsBy.ShortId)), ("search", shortId));

    /// <summary>Search for the receipts of an account.</summary>
    public static string ReceiptsOf(string address) => With(Receipts, ("by", nameof(ReceiptsBy.Owner)), ("search", address));

    /// <summary>Search for an account by its e-mail address.</summary>
    public static string AccountOf(string address) => With(Accounts, ("search", address));

    /// <summary>Search for the acts of an account, by its address, or the acts on a subject.</summary>
    public static string AuditOf(string search) => With(Audit, ("search", search));

    /// <summary>A path with the query parameters that have a value.</summary>
    public static string With(string path, params (string Name, string? Value)[] parameters) => path + QueryString.Create(
        parameters.Where(one => !string.IsNullOrEmpty(one.Value)).Select(one => KeyValuePair.Create(one.Name, one.Value)));
}
