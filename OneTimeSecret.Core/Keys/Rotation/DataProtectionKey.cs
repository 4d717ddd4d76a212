using System.Text;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Keys.Rotation;

/// <summary>
/// A key of the framework's data protection (table DataProtectionKeys), which protects cookies and form tokens.
/// The whole XML is sealed, because anybody with the plain key could forge sign-ins.
/// </summary>
public sealed class DataProtectionKey
{
    /// <summary>The framework's name for the key.</summary>
    public required string Id { get; init; }

    /// <summary>The framework's XML, sealed under the server's key.</summary>
    public required byte[] Box { get; set; }

    internal BoxContext Place => new("cookie-key", Encoding.UTF8.GetBytes(Id), null);
}
