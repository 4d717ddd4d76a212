namespace OneTimeSecret.Core.Storage;

/// <summary>The size of the database file by its use.</summary>
/// <param name="Used">Bytes of pages in use.</param>
/// <param name="Unused">Bytes of free pages. New rows are written there before the file grows.</param>
internal sealed record StoredSize(long Used, long Unused);
