using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys.Rotation;

namespace OneTimeSecret.Web.DataProtection;

/// <summary>
/// The framework's data protection keys in the database. Each is sealed as a whole, bound to its row, so there is no form in which
/// an unsealed or moved key could be read back; an encryptor inside the XML would bind neither.
/// </summary>
internal sealed class DatabaseKeyRepository(DataProtectionKeys keys) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() => [.. keys.Read().Select(Element)];

    public void StoreElement(XElement element, string friendlyName)
    {
        using var xml = SecretBytes.Utf8(element.ToString(SaveOptions.DisableFormatting));
        keys.Write(friendlyName, xml.Span);
    }

    private static XElement Element(SecretBytes key)
    {
        using (key)
            return XElement.Parse(Encoding.UTF8.GetString(key.Span));
    }
}

internal static class DatabaseKeyRepositorySetup
{
    /// <summary>Protects data with keys that are stored in the database.</summary>
    public static void AddStoredDataProtection(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("OneTimeSecret");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(
            options => options.XmlRepository = new DatabaseKeyRepository(provider.GetRequiredService<DataProtectionKeys>())));
    }
}
