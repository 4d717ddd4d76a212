using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Tests.Crypto;

/// <summary>Copies secret bytes into an array, so that tests can compare them, and disposes them.</summary>
internal static class Opened
{
    public static byte[] Bytes(this SecretBytes owner)
    {
        using (owner)
            return owner.Span.ToArray();
    }
}
