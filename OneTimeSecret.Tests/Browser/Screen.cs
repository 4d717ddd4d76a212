namespace OneTimeSecret.Tests.Browser;

/// <summary>What a page is looked at on: a phone or a desk, by day or by night.</summary>
public enum Screen
{
    DesktopLight,
    DesktopDark,
    PhoneLight,
    PhoneDark,
}

/// <summary>Data of a theory that looks at pages on a desk and on a phone, each of them by day and by night.</summary>
public sealed class Sizes : TheoryData<Screen>
{
    public Sizes() => AddRange(Screen.DesktopLight, Screen.PhoneLight);
}

/// <summary>Data of a theory that looks at a page on every screen.</summary>
public sealed class Screens : TheoryData<Screen>
{
    public Screens() => AddRange(Enum.GetValues<Screen>());
}
