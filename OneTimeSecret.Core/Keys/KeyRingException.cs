namespace OneTimeSecret.Core.Keys;

/// <summary>The key ring is missing, damaged or wrong, or a root cannot be removed. The message says what to do.</summary>
public sealed class KeyRingException(string message) : Exception(message)
{
    internal static KeyRingException Missing(uint id, string path) =>
        new($"The key ring {path} has no root {KeyRingFile.Name(id)}, but stored rows were sealed with it. " +
            "Restore the right key ring (or name its file with --keys). Those rows cannot be opened without that root.");

    internal static KeyRingException Gone(uint id, string path) =>
        new($"The key ring {path} is missing. Restore it from its backup (or name its file with --keys). " +
            $"Stored rows were sealed with its root {KeyRingFile.Name(id)} and cannot be opened without it.");

    internal static KeyRingException Foreign(string name) =>
        new($"The database holds a cookie key ('{name}') that this server did not seal for that row. Its author could forge sign-ins. " +
            "Find out how it got there, delete that row of DataProtectionKeys and start again. At worst everybody must sign in again.");

    internal static KeyRingException Wrong(uint id, string path) =>
        new($"The key ring {path} does not belong to this database: root {KeyRingFile.Name(id)} or the hash key differs. " +
            "Restore the right key ring (or name its file with --keys).");

    internal static KeyRingException Exposed(string path, UnixFileMode mode) =>
        new($"Other users can read or change the key ring {path} (its mode is {Convert.ToString((int)mode, 8).PadLeft(4, '0')}). " +
            $"Nothing was opened. Make it private, and start again: chmod 600 {path}");

    internal static KeyRingException Replaced(string path) =>
        new($"The key ring {path} was replaced by another one while the program runs. Restore the right key ring.");
}
