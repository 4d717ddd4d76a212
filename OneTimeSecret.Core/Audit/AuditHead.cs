using System.Globalization;
using System.Text.RegularExpressions;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// Where the chain ended at some time, in one line that is kept outside of the database: what shows later that rows were cut off, that an
/// older database was put in its place, or that the chain was written anew.
/// </summary>
/// <param name="Sequence">The sequence of the last row; 0: there was none.</param>
/// <param name="Count">How many rows there were, for people: fewer than the sequence once the oldest were trimmed.</param>
/// <param name="Mac">The mac of the last row, 32 bytes.</param>
/// <param name="Time">When the head was taken.</param>
public sealed partial record AuditHead(long Sequence, long Count, byte[] Mac, DateTimeOffset Time)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Whether <paramref name="other"/> says the same of the chain, at whatever time.</summary>
    internal bool SaysAs(AuditHead? other) =>
        other is not null && other.Sequence == Sequence && other.Count == Count && other.Mac.AsSpan().SequenceEqual(Mac);

    /// <summary>The line.</summary>
    public override string ToString()
    {
        var time = Time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        return FormattableString.Invariant(
            $"audit-head sequence={Sequence} count={Count} mac={Convert.ToHexStringLower(Mac)} time={time}");
    }

    /// <summary>All heads in <paramref name="lines"/>, which may be a head file as well as a log that the server wrote.</summary>
    internal static IEnumerable<AuditHead> In(IEnumerable<string> lines) => lines
        .Select(line => Line().Match(line)).Where(found => found.Success).Select(Of).OfType<AuditHead>();

    /// <summary>A head; null when its time is none.</summary>
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
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Line();
}
