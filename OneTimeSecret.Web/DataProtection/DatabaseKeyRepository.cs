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
/// Stores the framework's data protection keys in the database. Each key is sealed as a whole and bound to its row, so an unsealed key or
/// one that was moved to another row is not accepted. The framework's XML encryption would ensure neither.
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
    /// <summary>Registers data protection with keys in the database.</summary>
    public static void AddStoredDataProtection(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("OneTimeSecret");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(
            options => options.XmlRepository = new DatabaseKeyRepository(provider.GetRequiredService<DataProtectionKeys>())));
    }
}
