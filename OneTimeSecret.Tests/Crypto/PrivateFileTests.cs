using System.Runtime.Versioning;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Tests.Crypto;

[UnsupportedOSPlatform("windows")]
public sealed class PrivateFileTests : IDisposable
{
    private readonly RingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_folder_is_open_to_its_owner_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        var path = Path.Combine(_folder.Path, "data");
        PrivateFile.CreateFolder(path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
    }

    [Fact]
    public void New_file_is_readable_by_its_owner_only_and_never_replaces_a_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        var path = Path.Combine(_folder.Path, "file");
        new FileStream(path, PrivateFile.NewOnly).Dispose();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Throws<IOException>(() => new FileStream(path, PrivateFile.NewOnly));
    }

    [Fact]
    public void Error_for_a_folder_that_cannot_be_synced_contains_its_path()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows syncs no folders.");
        PrivateFile.SyncFolder(_folder.Path);
        var missing = Path.Combine(_folder.Path, "missing");
        Assert.Contains(missing, Assert.Throws<IOException>(() => PrivateFile.SyncFolder(missing)).Message, StringComparison.Ordinal);
    }
}
