namespace OneTimeSecret.Tests;

/// <summary>Tests that measure the whole process, such as its memory or files. They run one at a time, after all others.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
