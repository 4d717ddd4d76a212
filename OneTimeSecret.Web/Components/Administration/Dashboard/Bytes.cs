using System.Globalization;
using Microsoft.Extensions.Localization;

namespace OneTimeSecret.Web.Components.Administration.Dashboard;

/// <summary>Formats a number of bytes with a decimal unit (1 kB is 1000 B), to two or three digits.</summary>
internal static class Bytes
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    public static string Words(IStringLocalizer text, long bytes)
    {
        var (size, unit) = ((double)bytes, 0);
        for (; size >= 1000 && unit < Units.Length - 1; unit++)
            size /= 1000;
        return text["Admin.Bytes", size.ToString(unit == 0 || size >= 100 ? "N0" : "N1", CultureInfo.CurrentCulture), Units[unit]];
    }
}
