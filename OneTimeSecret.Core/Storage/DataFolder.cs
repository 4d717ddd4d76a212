using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Core.Storage;

/// <summary>Where the program's own files lie. Folder 0700, files 0600; SQLite gives its WAL the mode of the database.</summary>
public sealed class DataFolder
{
    /// <summary>The places that <paramref name="options"/> name.</summary>
    /// <param name="options">The folder and, where it lies apart, the key ring.</param>
    /// <param name="audit">The head file of the audit trail, where it lies apart.</param>
    public DataFolder(IOptions<StorageOptions> options, IOptions<AuditOptions> audit)
    {
        Path = System.IO.Path.GetFullPath(options.Value.Data);
        Database = System.IO.Path.Combine(Path, "onetimesecret.db");
        Mail = System.IO.Path.Combine(Path, "mail");
        AuditHead = audit.Value.HeadFile ?? System.IO.Path.Combine(Path, "audit-head");
        KeyRing = new KeyRingFile(options.Value.Keys ?? System.IO.Path.Combine(Path, "keyring"));
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The database's full path.</summary>
    public string Database { get; }

    /// <summary>The full path of the folder of mails that are written to files; made with the first of them.</summary>
    public string Mail { get; }

    /// <summary>The full path of the file that holds the head of the audit trail.</summary>
    public string AuditHead { get; }

    /// <summary>The key ring.</summary>
    public KeyRingFile KeyRing { get; }

    /// <summary>Makes the folder and an empty database file with their modes, where they are missing.</summary>
    internal void Create()
    {
        PrivateFile.CreateFolder(Path);
        PrivateFile.CreateFolder(System.IO.Path.GetDirectoryName(KeyRing.Path)!);
        if (!File.Exists(Database))
        {
            try
            {
                using var file = new FileStream(Database, PrivateFile.NewOnly);
            }
            catch (IOException) when (File.Exists(Database))
            {
                // Another process made it first.
            }
        }
    }
}
