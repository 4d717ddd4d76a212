using System.Reflection;

namespace OneTimeSecret.Web.Components.Administration.Dashboard;

/// <summary>Which version of the program runs.</summary>
internal static class ProductVersion
{
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
}
