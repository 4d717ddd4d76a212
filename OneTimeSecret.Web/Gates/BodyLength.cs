using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Web.Gates;

/// <summary>Maximum lengths of bodies in bytes. They depend on the largest secret.</summary>
internal static class BodyLength
{
    /// <summary>Of any request. Above the limits of the API and the forms, which refuse larger bodies with messages of their own.</summary>
    public const int Most = 8 * 1024 * 1024;

    /// <summary>For other fields, parameters and framing.</summary>
    private const int Overhead = 64 * 1024;

    /// <summary>Large enough that most oversized secrets are read and shown again to be shortened, not lost.</summary>
    private const int LeastForm = 512 * 1024;

    /// <summary>Of a call of the API. JSON takes up to six bytes (<c>\u0041</c>) for one byte of text.</summary>
    public static int OfApi(SecretOptions secrets) => (6 * secrets.MaxBytes) + Overhead;

    /// <summary>Of a form. Percent-encoding takes three bytes for one byte of text.</summary>
    public static int OfForm(SecretOptions secrets) => Math.Max(LeastForm, (3 * secrets.MaxBytes) + Overhead);
}
