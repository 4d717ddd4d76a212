namespace OneTimeSecret.Web.Configuration;

/// <summary>
/// The folder that relative paths of the configuration start from, whatever the current folder: the project's when the program
/// runs from its build output, else the program's own.
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
