using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Audit;

/// <summary>Registers the audit trail.</summary>
internal static class Setup
{
    public static void AddAudit(this IServiceCollection services)
    {
        services.AddSingleton<AuditChain>();
        services.AddSingleton<RecordActs>();
        services.AddSingleton<WriteAuditHead>();
        services.AddSingleton<VerifyAudit>();
        services.AddSingleton<TrimAudit>();
        services.AddSingleton<RefusalBursts>();
        services.AddSingleton<AdminAct>();
    }
}
