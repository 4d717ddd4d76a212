using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Copies;

/// <summary>Registers what accepts a restored copy of the database.</summary>
internal static class Setup
{
    public static void AddCopies(this IServiceCollection services) => services.AddSingleton<AcceptRestore>();
}
