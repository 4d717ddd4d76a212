namespace OneTimeSecret.Web.Configuration;

/// <summary>
/// The base folder of relative paths in the configuration. It is the project's folder if the program runs from its build output,
/// otherwise the program's own folder. The current directory does not matter.
/// </summary>
internal static class ContentRoot
{
    private const int BuildOutputDepth = 3; // bin/Debug/net10.0

    public static string Path { get; } = Find();

    private static string Find()
    {
        var program = new DirectoryInfo(AppContext.BaseDirectory);
        var folder = program;
        for (var i = 0; i < BuildOutputDepth && folder is not null; i++)
            folder = folder.Parent;
        return folder is not null && File.Exists(System.IO.Path.Combine(folder.FullName, "OneTimeSecret.Web.csproj"))
            ? folder.FullName
            : program.FullName;
    }
}
