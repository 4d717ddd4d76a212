using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Options;

/// <summary>Settings that are lists of networks.</summary>
internal static class NetworkSetting
{
    /// <summary>What is wrong with one, in words that follow its name.</summary>
    public static IEnumerable<string> Mistakes(IEnumerable<string> networks) => networks
        .Where(text => NetworkText.Parse(text) is null)
        .Select(text => $"holds '{text}', which is neither an address nor a network such as 10.0.0.0/8");
}
