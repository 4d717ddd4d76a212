namespace OneTimeSecret.Web.Resources;

/// <summary>Names the resource of all localized texts: Texts.resx, and one file beside it for each further language.</summary>
internal sealed class Texts;
