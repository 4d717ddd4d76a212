using System.Globalization;
using System.Security.Cryptography;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Copies;

/// <summary>
/// Writes a consistent copy of the database into a new file (mode 0600), beside a running server. Without unread secrets and the key ring,
/// unless they are asked for. The file gets its name once it is written, synced and verified (docs/adr/0014).
/// </summary>
public sealed class BackUp(DatabaseCopy copies, DataFolder folder, TimeProvider time)
{
    /// <summary>What follows the name of a copy in the name of its key ring.</summary>
    public const string RingSuffix = ".keyring";

    /// <summary>What follows the name of a copy while it is being written.</summary>
    internal const string PartSuffix = ".part";

    /// <summary>Time between two reports of progress.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    /// <summary>Writes the copy.</summary>
    /// <param name="file">The new file. Its folder must exist.</param>
    /// <param name="wanted">What the copy holds besides.</param>
    /// <param name="progress">Gets the percentage that is written, every two seconds.</param>
    /// <param name="cancellation">Stops the copying, and leaves no file.</param>
    /// <returns>The number of rows.</returns>
    /// <exception cref="IOException">The file exists, or cannot be written.</exception>
    /// <exception cref="InvalidDataException">The copy is not what was written. No file is left.</exception>
    public async Task<long> Run(string file, BackupContent wanted, Action<int> progress, CancellationToken cancellation)
    {
        var (part, ring) = (file + PartSuffix, file + RingSuffix);
        foreach (var path in wanted.KeyRing ? new[] { file, ring } : [file])
            if (File.Exists(path))
                throw new IOException($"{path} exists already, and a copy replaces no file. Name another one.");
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file))))
            throw new IOException($"{file} cannot be written: its folder does not exist.");
        File.Delete(part); // of a process that was killed
        try
        {
            PrivateFile.Create(part).Dispose();
            var written = await Write(part, wanted.Secrets, progress, cancellation);
            var facts = DatabaseCopy.Check(part, file);
            if (written.Any(table => facts.Rows[table.Key] != table.Value))
                throw new InvalidDataException($"The copy {file} does not hold the rows that were written.");
            File.Move(part, file);
            if (wanted.KeyRing)
                CopyRing(folder.KeyRing.Path, ring);
            PrivateFile.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(file))!);
            return written.Values.Sum();
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new IOException($"{file} cannot be written by this user: {fault.Message}", fault);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Copies a key ring into a new file, for the owner of its folder.</summary>
    internal static void CopyRing(string from, string to)
    {
        var keys = File.ReadAllBytes(from);
        try
        {
            using var file = PrivateFile.Create(to);
            file.Write(keys);
            file.Flush(flushToDisk: true);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keys);
        }
    }

    private async Task<IReadOnlyDictionary<string, long>> Write(
        string part, bool withSecrets, Action<int> progress, CancellationToken cancellation)
    {
        var (changes, afterwards) = withSecrets ? (WithSecrets, null) : (WithoutSecrets(time.GetUtcNow()), Recount);
        var writing = Task.Run(() => copies.Write(part, changes, afterwards, cancellation), CancellationToken.None);
        var whole = Math.Max(1, copies.Size);
        while (await Task.WhenAny(writing, Task.Delay(Pace, time, CancellationToken.None)) != writing)
            progress((int)Math.Min(99, 100 * new FileInfo(part).Length / whole));
        try
        {
            return await writing;
        }
        catch (Exception fault) when (EngineFault.Is(fault) && cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    /// <summary>Leaves out answers that are kept for a repeated request: a copy would keep them longer.</summary>
    private static readonly Dictionary<string, IReadOnlyDictionary<string, string>?> WithSecrets =
        new(StringComparer.Ordinal) { ["KeptAnswers"] = null };

    /// <summary>The counts of days, less the unread secrets that are not in the copy.</summary>
    private const string Recount =
        """
        UPDATE "DayCounts" SET
            "Secrets" = "Secrets" - (SELECT sum("Secrets") FROM "DayCounts"), "Bytes" = "Bytes" - (SELECT sum("Bytes") FROM "DayCounts")
        WHERE "Day" = (SELECT max("Day") FROM "DayCounts")
        """;

    /// <summary>
    /// Leaves out secrets, kept answers, tries and contents of mails. Receipts of secrets that are unread say that these were lost.
    /// </summary>
    private static Dictionary<string, IReadOnlyDictionary<string, string>?> WithoutSecrets(DateTimeOffset now)
    {
        var unread = string.Create(CultureInfo.InvariantCulture,
            $"\"State\" = {(int)ReceiptState.New} AND \"SecretExpires\" > {now.ToUnixTimeMilliseconds()}");
        return new(StringComparer.Ordinal)
        {
            ["KeptAnswers"] = null,
            ["Secrets"] = null,
            ["Tries"] = null,
            ["Outbox"] = null,
            ["Receipts"] = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["State"] = $"CASE WHEN {unread} THEN {(int)ReceiptState.Orphaned} ELSE \"State\" END",
                ["SealedSecretKey"] = "NULL",
                ["WarnAt"] = "NULL",
            },
        };
    }
}

/// <summary>What a copy of the database holds besides accounts, receipts, settings and the audit trail.</summary>
/// <param name="Secrets">Unread secrets and queued mails, sealed.</param>
/// <param name="KeyRing">The key ring, in a second file beside the copy. Both together open what the server can open.</param>
public sealed record BackupContent(bool Secrets, bool KeyRing);
