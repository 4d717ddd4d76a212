using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Tests.Crypto;

/// <summary>A folder for one key ring, deleted with the test.</summary>
internal sealed class RingFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ots-");

    public RingFolder() => Ring = new KeyRingFile(System.IO.Path.Combine(_folder.FullName, "keyring"));

    public string Path => _folder.FullName;

    public KeyRingFile Ring { get; }

    /// <summary>Opens the key ring as a server does, and creates its file if there is none.</summary>
    public KeyRing Open()
    {
        Ring.Create();
        return new KeyRing(Ring);
    }

    public void Write(params string[] lines) => File.WriteAllLines(Ring.Path, lines);

    public void Dispose() => _folder.Delete(recursive: true);
}
