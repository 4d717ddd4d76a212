namespace OneTimeSecret.Tests.Browser;

/// <summary>What a page is looked at on: a phone or a desk, by day or by night.</summary>
public enum Screen
{
    DesktopLight,
    DesktopDark,
    PhoneLight,
    PhoneDark,
}

/// <summary>Data of a theory that looks at a page on every screen.</summary>
public sealed class Screens : TheoryData<Screen>
{
    public Screens() => AddRange(Enum.GetValues<Screen>());
}
