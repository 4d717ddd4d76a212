using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Options;

/// <summary>Validates settings that are lists of networks.</summary>
internal static class NetworkSetting
{
    /// <summary>The validation messages. The setting's name precedes each of them.</summary>
    public static IEnumerable<string> Mistakes(IEnumerable<string> networks) => networks
        .Where(text => NetworkText.Parse(text) is null)
        .Select(text => $"holds '{text}', which is neither an address nor a network such as 10.0.0.0/8");
}
