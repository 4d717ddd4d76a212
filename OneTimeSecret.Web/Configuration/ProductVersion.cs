using System.Reflection;

namespace OneTimeSecret.Web.Configuration;

/// <summary>The version of the running program, with the first digits of its commit if the build knew it: <c>0.2.0+1a2b3c4d</c>.</summary>
internal static class ProductVersion
{
    private const int CommitDigits = 8;

    public static string Text { get; } = Shorten(
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "");

    /// <summary>The .NET SDK appends the whole commit.</summary>
    internal static string Shorten(string version) =>
        version.IndexOf('+', StringComparison.Ordinal) is var plus and >= 0 && version.Length > plus + 1 + CommitDigits
            ? version[..(plus + 1 + CommitDigits)]
            : version;
}
