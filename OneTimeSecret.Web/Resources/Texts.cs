namespace OneTimeSecret.Web.Resources;

/// <summary>The texts that people read: Texts.resx, and one file beside it for every further language.</summary>
internal sealed class Texts;
