using System.Runtime.CompilerServices;

namespace OneTimeSecret.Tests.Browser;

/// <summary>Wishes for a test run about the browser and the mail server, from environment variables.</summary>
internal static class Wishes
{
    /// <summary>Folder for pictures of the pages: <c>OTS_SCREENS</c>. Null: no pictures are taken.</summary>
    public static string? Screens { get; private set; }

    /// <summary>Whether tests fail without Chromium instead of being skipped: <c>OTS_BROWSER=required</c>.</summary>
    public static bool BrowserRequired { get; private set; }

    /// <summary>Whether tests fail without a mail server instead of being skipped: <c>OTS_SMTP=required</c>.</summary>
    public static bool SmtpRequired { get; private set; }

    /// <summary>
    /// Reads the variables and removes them, because a server refuses to start with an <c>OTS_</c> variable that is not a setting.
    /// </summary>
    [ModuleInitializer]
    internal static void Read()
    {
        Screens = Take("OTS_SCREENS");
        BrowserRequired = Take("OTS_BROWSER") is "required";
        SmtpRequired = Take("OTS_SMTP") is "required";
    }

    private static string? Take(string name)
    {
        var value = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, null);
        return value is "" ? null : value;
    }
}
