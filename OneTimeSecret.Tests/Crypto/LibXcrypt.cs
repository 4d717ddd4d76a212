using System.Runtime.InteropServices;
using System.Text;

namespace OneTimeSecret.Tests.Crypto;

/// <summary>The bcrypt of the system, <c>crypt(3)</c> of libxcrypt, as a reference where it is installed. Not thread-safe.</summary>
internal static class LibXcrypt
{
    public const string Missing = "This system has no libxcrypt (libcrypt.so.1 with bcrypt).";

    public static bool IsHere { get; } =
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libcrypt.so.1", out _)
        && Hash("", "$2b$04$abcdefghijklmnopqrstuu").Length == 60;

    public static string Hash(string key, string salt) => Marshal.PtrToStringUTF8(Crypt(Terminated(key), Terminated(salt))) ?? "";

    private static byte[] Terminated(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    [DllImport("libcrypt.so.1", EntryPoint = "crypt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Crypt(byte[] key, byte[] salt);
}
