using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Tests.Crypto;

/// <summary>What tests compare is copied out of its owner.</summary>
internal static class Opened
{
    public static byte[] Bytes(this SecretBytes owner)
    {
        using (owner)
            return owner.Span.ToArray();
    }
}
