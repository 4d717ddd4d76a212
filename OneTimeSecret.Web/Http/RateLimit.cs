namespace OneTimeSecret.Web.Http;

/// <summary>What is counted per client.</summary>
internal enum RateLimit
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Creates.</summary>
    Creates,

    /// <summary>Reveals.</summary>
    Reveals,

    /// <summary>Burns, as many as reveals but counted apart: who has revealed much must still be able to burn.</summary>
    Burns,

    /// <summary>Posts of forms about signing in, passwords and accounts.</summary>
    SignIns,
}
