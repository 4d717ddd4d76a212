using System.Text.RegularExpressions;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Tests.Audit;

/// <summary>Every kind of act is really written to the trail.</summary>
public sealed partial class AuditKindTests
{
    [Fact]
    public void Every_audit_kind_occurs_in_a_test_of_acts()
    {
        var left = Sources.In("OneTimeSecret.Tests")
            .Where(file => file.EndsWith("ActsTests.cs", StringComparison.Ordinal)
                || Path.GetFileName(file) is "RefusalBurstsTests.cs" or "TrimAuditTests.cs" or "DestroySecretTests.cs")
            .SelectMany(file => Word().Matches(File.ReadAllText(file))).Select(word => word.Value)
            .ToHashSet(StringComparer.Ordinal);
        Assert.Empty(Enum.GetNames<AuditKind>().Except(left, StringComparer.Ordinal));
    }

    /// <summary>The numbers are stored, and the MAC of each row covers them.</summary>
    [Fact]
    public void Numbers_of_audit_kinds_do_not_change()
    {
        Assert.Equal(
            [1, 2, 3, 4, 5, 6, 7, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59,
                60, 61, 62, 63, 64, 80, 81, 90, 91, 92, 93, 94],
            Enum.GetValues<AuditKind>().Select(kind => (int)kind));
        Assert.Equal(
            (AuditKind.SecretCreated, AuditKind.AccountAdded, AuditKind.AdminGranted, AuditKind.RequestsLimited, AuditKind.AuditExported),
            ((AuditKind)1, (AuditKind)20, (AuditKind)50, (AuditKind)80, (AuditKind)90));
    }

    [GeneratedRegex(@"\b\w+\b", RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
