namespace OneTimeSecret.Core.Keys;

/// <summary>The key ring cannot serve: missing, damaged, or without a root that stored rows name. Says what to do.</summary>
public sealed class KeyRingException(string message) : Exception(message)
{
    internal static KeyRingException Missing(uint id, string path) =>
        new($"The key ring {path} has no root {KeyRingFile.Name(id)}, but stored rows were sealed with it. " +
            "Put the right key ring back (or name its place with --keys); without that root those rows cannot be opened.");

    internal static KeyRingException Gone(uint id, string path) =>
        new($"The key ring {path} is missing. Put it back from where it was kept (or name its place with --keys); " +
            $"stored rows were sealed with its root {KeyRingFile.Name(id)} and open with no other.");

    internal static KeyRingException Foreign(string name) =>
        new($"The database holds a key of cookies ('{name}') that this server did not seal there: whoever wrote it could forge sign-ins. " +
            "Find out how it came, delete that row of DataProtectionKeys and start again; at worst everybody signs in anew.");

    internal static KeyRingException Wrong(uint id, string path) =>
        new($"The key ring {path} is not the one of this database: root {KeyRingFile.Name(id)} or the hash key differs. " +
            "Put the right key ring back (or name its place with --keys).");

    internal static KeyRingException Replaced(string path) =>
        new($"The key ring {path} was replaced by another one while the program runs. Put the right key ring back.");
}
