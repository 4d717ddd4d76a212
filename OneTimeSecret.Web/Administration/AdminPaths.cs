using OneTimeSecret.Core.Receipts;

namespace OneTimeSecret.Web.Administration;

/// <summary>The addresses of the administrators' pages, for everything that links to them.</summary>
internal static class AdminPaths
{
    /// <summary>The first page; all others lie below it.</summary>
    public const string Root = "/admin";

    public const string Receipts = Root + "/receipts";
    public const string Accounts = Root + "/accounts";
    public const string Clients = Root + "/clients";
    public const string Mail = Root + "/mail";
    public const string Jobs = Root + "/jobs";
    public const string Audit = Root + "/audit";
    public const string Banner = Root + "/banner";
    public const string Settings = Root + "/settings";

    /// <summary>A receipt by its short id.</summary>
    public static string Receipt(string shortId) => With(Receipts, ("by", nameof(ReceiptsBy.ShortId)), ("search", shortId));

    /// <summary>The receipts of an account.</summary>
    public static string ReceiptsOf(string address) => With(Receipts, ("by", nameof(ReceiptsBy.Owner)), ("search", address));

    /// <summary>An account by its e-mail address.</summary>
    public static string AccountOf(string address) => With(Accounts, ("search", address));

    /// <summary>What an account did, by its address, or what was done to something.</summary>
    public static string AuditOf(string search) => With(Audit, ("search", search));

    /// <summary>An address with those parameters that have a value.</summary>
    public static string With(string path, params (string Name, string? Value)[] parameters) => path + QueryString.Create(
        parameters.Where(one => !string.IsNullOrEmpty(one.Value)).Select(one => KeyValuePair.Create(one.Name, one.Value)));
}
