using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Web.Configuration;

namespace OneTimeSecret.Web.Commands;

/// <summary>
/// The shell commands that create the first administrator. They work without changes in the folder of the README, or in that of the
/// published program.
/// </summary>
internal sealed class FirstCommands(IOptions<SiteOptions> site, DataFolder folder)
{
    private static readonly bool IsBuildOutput = File.Exists(Path.Combine(ContentRoot.Path, "OneTimeSecret.Web.csproj"));

    /// <summary>The commands, one per line.</summary>
    /// <param name="email">The address of the new administrator.</param>
    /// <param name="origin">Scheme, host and port of the server, for the link.</param>
    public IReadOnlyList<string> For(string email, string origin)
    {
        var program = IsBuildOutput ? "dotnet run --project OneTimeSecret.Web --" : $"./{typeof(FirstCommands).Assembly.GetName().Name}";
        // A verb does not know the server's address, unless Site:PublicUrl is set or the address is the default.
        var isElsewhere = site.Value.PublicUrl is null && origin.Length > 0
            && !string.Equals(origin, AccountCommands.DefaultOrigin, StringComparison.Ordinal);
        return
        [
            $"{program} account add {email}{Data}",
            $"{program} admin grant {email}{Data}", // before the link, because it invalidates earlier links
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

    private static string Quoted(string path) => path.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '_' or '-')
        ? path
        : $"'{path.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
