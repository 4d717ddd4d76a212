using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Receipts;

/// <summary>Registers the verbs and signals of receipts.</summary>
internal static class Setup
{
    public static void AddReceipts(this IServiceCollection services)
    {
        services.AddSingleton<ReceiptSignals>();
        services.AddSingleton<RecentSignals>();
        services.AddSingleton<OwnReceipts>();
        services.AddSingleton<BrowseAllReceipts>();
        services.AddSingleton<FindReceipt>();
        services.AddSingleton<WatchReceipt>();
        services.AddSingleton<RecentReceipts>();
        services.AddSingleton<BrowseReceipts>();
        services.AddSingleton<ExportReceipts>();
        services.AddSingleton<AdoptReceipt>();
    }
}
