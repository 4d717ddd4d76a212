namespace OneTimeSecret.Web.Http;

/// <summary>What is counted per client (contract section 7).</summary>
internal enum RateLimit
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Creates.</summary>
    Creates,

    /// <summary>Reveals.</summary>
    Reveals,
}
