using System.Globalization;
using System.Text.RegularExpressions;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// The end of the chain at one time, as a line of text that is kept outside the database. Comparing it with the database later shows
/// whether rows were cut off, an older database was restored, or the chain was rewritten.
/// </summary>
/// <param name="Sequence">The sequence of the last row; 0: there were no rows.</param>
/// <param name="Count">The number of rows, for human readers. It is lower than the sequence once old rows were trimmed.</param>
/// <param name="Mac">The MAC of the last row, 32 bytes.</param>
/// <param name="Time">When the head was made.</param>
public sealed partial record AuditHead(long Sequence, long Count, byte[] Mac, DateTimeOffset Time)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Whether <paramref name="other"/> describes the same end of the chain. The times are not compared.</summary>
    internal bool IsSameAs(AuditHead? other) =>
        other is not null && other.Sequence == Sequence && other.Count == Count && other.Mac.AsSpan().SequenceEqual(Mac);

    /// <summary>The head as a line of text.</summary>
    public override string ToString()
    {
        var time = Time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        return FormattableString.Invariant(
            $"audit-head sequence={Sequence} count={Count} mac={Convert.ToHexStringLower(Mac)} time={time}");
    }

    /// <summary>All heads in <paramref name="lines"/> of a head file or of a server log. Lines without a head are skipped.</summary>
    internal static IEnumerable<AuditHead> In(IEnumerable<string> lines) => lines
        .Select(line => Line().Match(line)).Where(found => found.Success).Select(Of).OfType<AuditHead>();

    /// <summary>The head in a match; null if its time is not valid.</summary>
    private static AuditHead? Of(Match found) =>
        DateTimeOffset.TryParseExact(
            found.Groups["time"].Value, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new AuditHead(
                long.Parse(found.Groups["sequence"].Value, CultureInfo.InvariantCulture),
                long.Parse(found.Groups["count"].Value, CultureInfo.InvariantCulture),
                Convert.FromHexString(found.Groups["mac"].Value), time)
            : null;

    [GeneratedRegex(
        @"audit-head sequence=(?<sequence>[0-9]{1,18}) count=(?<count>[0-9]{1,18}) mac=(?<mac>[0-9a-f]{64}) time=(?<time>[0-9:T-]{19}Z)",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)] // compiled: every start needs it
    private static partial Regex Line();
}
