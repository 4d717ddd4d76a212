namespace OneTimeSecret.Tests;

/// <summary>Tests that look at what the whole process does, its memory or its files, run one after the other, after all others.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
