using OneTimeSecret.Tests.Browser;
using OneTimeSecret.Tests.Commands;
using OneTimeSecret.Tests.Erasure;
using OneTimeSecret.Tests.Outbox;
using Xunit.Sdk;
using Xunit.v3;
[assembly: TestCollectionOrderer(typeof(OneTimeSecret.Tests.LongestFirst))]

namespace OneTimeSecret.Tests;

/// <summary>
/// Starts the longest test classes first, then those that use a browser or run the built program. The others are short and come
/// last, so that no processor is idle at the end of a run.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] First =
    [
        typeof(KilledDeliveryTests).FullName!, typeof(EraseDeletedTests).FullName!, typeof(AccountPagesTests).FullName!,
        typeof(BrowserTests).Namespace + ".", typeof(BuiltProgram).Namespace + ".",
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Rank(collection.TestCollectionDisplayName))];

    private static int Rank(string name)
    {
        var rank = Array.FindIndex(First, part => name.Contains(part, StringComparison.Ordinal));
        return rank < 0 ? First.Length : rank;
    }
}
