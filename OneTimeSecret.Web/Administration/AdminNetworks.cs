using System.Net;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Administration;

/// <summary>The networks from which administrators may work (<c>Admin:Networks</c>). Without entries, all are allowed.</summary>
internal sealed class AdminNetworks(IOptions<AdminOptions> options)
{
    private readonly IPNetwork[] _networks = [.. options.Value.Networks.Select(text => NetworkText.Parse(text)!.Value)];

    public bool Admit(IPAddress? address) => _networks.Length == 0
        || (address is not null && Array.Exists(_networks, network => network.Contains(NetworkText.Plain(address))));
}
