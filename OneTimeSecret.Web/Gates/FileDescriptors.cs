using System.Globalization;

namespace OneTimeSecret.Web.Gates;

/// <summary>
/// How many connections the operating system allows. Each needs a file descriptor, and without one nothing works any more.
/// </summary>
internal static class FileDescriptors
{
    private const string OfThisProcess = "/proc/self/limits";
    private const string Name = "Max open files";

    /// <summary>
    /// The limit of connections: <paramref name="wanted"/>, but at most three quarters of the process's file descriptors. The rest is for
    /// the database, the runtime and mail. Only Linux says how many there are.
    /// </summary>
    public static int Allow(int wanted) => File.Exists(OfThisProcess) ? Allow(wanted, File.ReadAllLines(OfThisProcess)) : wanted;

    internal static int Allow(int wanted, IEnumerable<string> limits) =>
        limits.FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal)) is { } line
        && int.TryParse(line[Name.Length..].TrimStart().Split(' ')[0], CultureInfo.InvariantCulture, out var most)
            ? Math.Min(wanted, most / 4 * 3)
            : wanted;
}
