using Microsoft.Playwright;

namespace OneTimeSecret.Tests.Browser;

/// <summary>The screen that shows a page: of a phone or a desktop, in light or dark colours.</summary>
public enum Screen
{
    DesktopLight,
    DesktopDark,
    PhoneLight,
    PhoneDark,
}

/// <summary>A browser's settings for a screen.</summary>
internal static class Screens
{
    public static bool IsPhone(this Screen screen) => screen is Screen.PhoneLight or Screen.PhoneDark;

    public static ColorScheme Colours(this Screen screen) =>
        screen is Screen.PhoneDark or Screen.DesktopDark ? ColorScheme.Dark : ColorScheme.Light;

    public static ViewportSize Size(this Screen screen) =>
        screen.IsPhone() ? new() { Width = 400, Height = 860 } : new() { Width = 1280, Height = 900 };
}

/// <summary>Data of a theory about a page on a desktop and on a phone.</summary>
public sealed class Sizes : TheoryData<Screen>
{
    public Sizes() => AddRange(Screen.DesktopLight, Screen.PhoneLight);
}
