using Microsoft.Playwright;

namespace OneTimeSecret.Tests.Browser;

/// <summary>What a page is looked at on: a phone or a desk, by day or by night.</summary>
public enum Screen
{
    DesktopLight,
    DesktopDark,
    PhoneLight,
    PhoneDark,
}

/// <summary>What a browser makes of a screen.</summary>
internal static class Screens
{
    public static bool IsPhone(this Screen screen) => screen is Screen.PhoneLight or Screen.PhoneDark;

    public static ColorScheme Colours(this Screen screen) =>
        screen is Screen.PhoneDark or Screen.DesktopDark ? ColorScheme.Dark : ColorScheme.Light;

    public static ViewportSize Size(this Screen screen) =>
        screen.IsPhone() ? new() { Width = 400, Height = 860 } : new() { Width = 1280, Height = 900 };
}

/// <summary>Data of a theory about a page on a desk and on a phone.</summary>
public sealed class Sizes : TheoryData<Screen>
{
    public Sizes() => AddRange(Screen.DesktopLight, Screen.PhoneLight);
}
