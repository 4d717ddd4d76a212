using System.Globalization;

namespace OneTimeSecret.Web.Http;

/// <summary>The header Retry-After (RFC 9110 section 10.2.3).</summary>
internal static class RetryAfterHeader
{
    /// <summary>Sets the header to whole seconds, rounded up, at least 1. Zero sets no header.</summary>
    public static void RetryAfter(this HttpResponse response, TimeSpan wait)
    {
        if (wait > TimeSpan.Zero)
            response.Headers.RetryAfter = Math.Ceiling(Math.Max(1, wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }
}
