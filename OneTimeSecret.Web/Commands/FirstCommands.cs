using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Web.Configuration;

namespace OneTimeSecret.Web.Commands;

/// <summary>
/// The verbs that make the first administrator, as lines for a shell that work as they stand: in the folder of the README, or beside the
/// published program.
/// </summary>
internal sealed partial class FirstCommands(IOptions<SiteOptions> site, DataFolder folder)
{
    private static readonly bool IsBuildOutput = File.Exists(Path.Combine(ContentRoot.Path, "OneTimeSecret.Web.csproj"));

    /// <summary>The lines.</summary>
    /// <param name="email">Who becomes administrator.</param>
    /// <param name="origin">Where people reach the server, for the link.</param>
    public IReadOnlyList<string> For(string email, string origin)
    {
        var program = IsBuildOutput ? "dotnet run --project OneTimeSecret.Web --" : $"./{typeof(FirstCommands).Assembly.GetName().Name}";
        // What this server was told and a verb would not know by itself.
        var isElsewhere = site.Value.PublicUrl is null && origin.Length > 0
            && !string.Equals(origin, AccountCommands.DefaultOrigin, StringComparison.Ordinal);
        return
        [
            $"{program} account add {email}{Data}",
            $"{program} admin grant {email}{Data}", // first: it ends links from before
            $"{program} account link {email}{Data}{(isElsewhere ? $" --Site:PublicUrl={origin}" : "")}",
        ];
    }

    private string Data
    {
        get
        {
            var usual = Path.Combine(ContentRoot.Path, new StorageOptions().Data);
            var data = string.Equals(folder.Path, usual, StringComparison.Ordinal) ? "" : $" --data {Quoted(folder.Path)}";
            return string.Equals(folder.KeyRing.Path, Path.Combine(folder.Path, "keyring"), StringComparison.Ordinal)
                ? data
                : $"{data} --keys {Quoted(folder.KeyRing.Path)}";
        }
    }

    private static string Quoted(string path) =>
        Plain().IsMatch(path) ? path : $"'{path.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex("^[A-Za-z0-9/._-]+$", RegexOptions.NonBacktracking)]
    private static partial Regex Plain();
}
