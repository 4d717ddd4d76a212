using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Storage;

/// <summary>The paths of the program's own files. Modes: folder 0700, files 0600. SQLite gives its WAL the mode of the database.</summary>
public sealed class DataFolder
{
    /// <summary>Derives the paths from the options.</summary>
    /// <param name="options">The data folder and, if it is set, the path of the key ring.</param>
    /// <param name="audit">The path of the audit trail's head file, if it is set.</param>
    public DataFolder(IOptions<StorageOptions> options, IOptions<AuditOptions> audit)
    {
        Path = System.IO.Path.GetFullPath(options.Value.Data);
        Database = System.IO.Path.Combine(Path, "onetimesecret.db");
        Mail = System.IO.Path.Combine(Path, "mail");
        Reserve = System.IO.Path.Combine(Path, "reserve");
        RestoredPart = System.IO.Path.Combine(Path, "restored.part");
        Generation = options.Value.GenerationFile ?? System.IO.Path.Combine(Path, "generation");
        AuditHead = audit.Value.HeadFile ?? System.IO.Path.Combine(Path, "audit-head");
        KeyRing = new KeyRingFile(options.Value.Keys ?? System.IO.Path.Combine(Path, "keyring"));
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The database's full path.</summary>
    public string Database { get; }

    /// <summary>The full path of the folder for mails that are written to files. The first mail creates it.</summary>
    public string Mail { get; }

    /// <summary>The full path of the file that holds room for a full disk.</summary>
    public string Reserve { get; }

    /// <summary>The full path of the file that holds the head of the audit trail.</summary>
    public string AuditHead { get; }

    /// <summary>The full path of the file that a restore writes before it replaces the database.</summary>
    public string RestoredPart { get; }

    /// <summary>The full path of the file that holds the generation of the database.</summary>
    public string Generation { get; }

    /// <summary>The key ring.</summary>
    public KeyRingFile KeyRing { get; }

    /// <summary>Whether the database file exists.</summary>
    /// <exception cref="IOException">This user has no permission to read the data folder.</exception>
    public bool HasDatabase()
    {
        if (File.Exists(Database))
            return true;
        try
        {
            _ = Directory.EnumerateFileSystemEntries(Path).Any();
        }
        catch (UnauthorizedAccessException fault)
        {
            throw Unusable(fault);
        }
        catch (IOException)
        {
            // The folder does not exist.
        }
        return false;
    }

    /// <summary>Creates the folder and an empty database file with their modes if they are missing, and locks the database.</summary>
    /// <returns>The lock. Disposing it releases it.</returns>
    /// <exception cref="IOException">The folder, the file or the lock cannot be created. The message says why and what to do.</exception>
    internal FileStream Open()
    {
        try
        {
            PrivateFile.CreateFolder(Path);
            CreateDatabase();
            return PrivateFile.LockBeside(Database);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unusable(fault);
        }
    }

    private void CreateDatabase()
    {
        if (File.Exists(Database))
            return;
        try
        {
            PrivateFile.Create(Database).Dispose();
        }
        catch (IOException) when (File.Exists(Database))
        {
            // Another process created the file first.
        }
    }

    private IOException Unusable(Exception fault)
    {
        if (File.Exists(Path))
            return new($"The data folder {Path} is a file. Name a folder with --data.", fault);
        if (fault is not UnauthorizedAccessException)
            return new($"The data folder {Path} cannot be used: {fault.Message}", fault);
        var owner = UnixFile.Owner(Path) is { } known ? $"It belongs to {known}: run this as that user, or" : "Run this as its owner, or";
        return new($"The data folder {Path} cannot be used: this user may not write there. {owner} name another with --data.", fault);
    }
}
