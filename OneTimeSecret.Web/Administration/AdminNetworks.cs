using System.Net;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Administration;

/// <summary>Where administrators may work from.</summary>
internal sealed class AdminNetworks(IOptions<AdminOptions> options)
{
    private readonly IPNetwork[] _networks = [.. options.Value.Networks.Select(NetworkText.Parse)];

    public bool Admit(IPAddress? address)
    {
        if (_networks.Length == 0)
            return true;
        if (address is null)
            return false;
        var one = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(_networks, network => network.Contains(one));
    }
}
