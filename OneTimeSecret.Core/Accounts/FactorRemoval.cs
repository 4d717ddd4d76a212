namespace OneTimeSecret.Core.Accounts;

/// <summary>What came of removing a factor.</summary>
public enum FactorRemoval
{
    /// <summary>It is gone.</summary>
    Removed,

    /// <summary>The account needs a second factor and has no other: another must be added first.</summary>
    Needed,

    /// <summary>The account has none such (any more).</summary>
    NotThere,
}
