using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Tests.Audit;

/// <summary>A kind of act that nobody writes is a promise that nobody keeps.</summary>
public sealed partial class AuditKindTests
{
    /// <summary>Tests that make the rows themselves prove nothing about who else writes them.</summary>
    private static readonly string[] Forgers =
        ["VerifyAuditTests.cs", "TamperedTrailTests.cs", "RecordActsTests.cs", "AuditKindTests.cs", "SharedTrailTests.cs"];

    [Fact]
    public void Every_kind_is_left_by_an_act_that_a_test_carries_out()
    {
        var left = Directory.EnumerateFiles(Here(), "*Tests.cs")
            .Where(file => !Forgers.Contains(Path.GetFileName(file), StringComparer.Ordinal))
            .SelectMany(file => Kind().Matches(File.ReadAllText(file))).Select(kind => kind.Groups["name"].Value)
            .ToHashSet(StringComparer.Ordinal);
        Assert.Empty(Enum.GetNames<AuditKind>().Except(left, StringComparer.Ordinal));
    }

    /// <summary>They are stored, and the macs of rows cover them.</summary>
    [Fact]
    public void The_numbers_of_kinds_stay()
    {
        Assert.Equal(
            [1, 2, 3, 4, 5, 6, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60,
                61, 62, 80, 81, 90, 91, 92, 93],
            Enum.GetValues<AuditKind>().Select(kind => (int)kind));
        Assert.Equal(
            (AuditKind.SecretCreated, AuditKind.AccountAdded, AuditKind.AdminGranted, AuditKind.RequestsLimited, AuditKind.AuditExported),
            ((AuditKind)1, (AuditKind)20, (AuditKind)50, (AuditKind)80, (AuditKind)90));
        Assert.Equal([0, 1, 2, 3], Enum.GetValues<AuditActor>().Select(actor => (int)actor));
        Assert.Equal([0, 1], Enum.GetValues<AuditResult>().Select(result => (int)result));
    }

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;

    [GeneratedRegex(@"\bAuditKind\.(?<name>\w+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Kind();
}
