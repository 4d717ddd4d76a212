namespace OneTimeSecret.Core.Crypto;

/// <summary>
/// A sealed value did not open: it was damaged, moved, or sealed by another key. Nothing is consumed when this happens.
/// The message names the purpose, never the content.
/// </summary>
public sealed class BrokenBoxException(string purpose)
    : Exception($"A sealed value ({purpose}) did not open: its row was damaged or changed outside the program. " +
                "Restore the database from a backup; nothing was consumed.");
