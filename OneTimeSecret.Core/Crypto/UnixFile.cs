using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OneTimeSecret.Core.Crypto;

/// <summary>File functions that the framework lacks: reading and changing the owner, and following symbolic links.</summary>
internal static partial class UnixFile
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint UserAndGroup = 0x8 | 0x10; // STATX_UID | STATX_GID
    private const int StatxLength = 256, UserAt = 20, GroupAt = 24;

    /// <summary>User and group of the target of <paramref name="path"/>. Null: there is no target, or the system is not Linux.</summary>
    public static FileOwner? Owner(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        // statx(2), because its result has the same layout on every processor and with every C library.
        Span<byte> found = stackalloc byte[StatxLength];
        return Statx(CurrentFolder, path, 0, UserAndGroup, ref MemoryMarshal.GetReference(found)) == 0
            ? new FileOwner(MemoryMarshal.Read<uint>(found[UserAt..]), MemoryMarshal.Read<uint>(found[GroupAt..]))
            : null;
    }

    /// <summary>Changes the owner of an open file. False: this user may not.</summary>
    public static bool Give(SafeFileHandle file, FileOwner to) => ChangeOwner(file, to.User, to.Group) == 0;

    /// <summary>Changes the owner of a folder, or of a symbolic link and not of its target. False: this user may not.</summary>
    public static bool Give(string folder, FileOwner to) => ChangeOwner(folder, to.User, to.Group) == 0;

    /// <summary>The path with every symbolic link in it resolved, as the operating system resolves it.</summary>
    /// <exception cref="IOException">The path leads to no file. The message is the system's reason.</exception>
    public static string Follow(string path)
    {
        var end = RealPath(path, 0);
        if (end == 0)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        try
        {
            return Marshal.PtrToStringUTF8(end)!;
        }
        finally
        {
            Free(end);
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte found);

    [LibraryImport("libc", EntryPoint = "fchown")]
    private static partial int ChangeOwner(SafeFileHandle file, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "lchown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial nint RealPath(string path, nint buffer);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(nint pointer);
}

/// <summary>The owner of a file, as numeric ids.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileOwner(uint User, uint Group)
{
    public override string ToString() => $"user {User}, group {Group}";
}
