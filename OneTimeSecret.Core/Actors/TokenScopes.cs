namespace OneTimeSecret.Core.Actors;

/// <summary>What a token may do.</summary>
[Flags]
public enum TokenScopes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Conceal and generate secrets.</summary>
    Create = 1,

    /// <summary>Read receipts, list recent ones, burn.</summary>
    Receipts = 2,

    /// <summary>Reveal secrets.</summary>
    Reveal = 4,

    /// <summary>Everything.</summary>
    All = Create | Receipts | Reveal,
}
