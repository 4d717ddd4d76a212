using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Networks;

/// <summary>The table of blocked networks.</summary>
internal sealed class NetworkMapping : IEntityTypeConfiguration<BlockedNetwork>
{
    public void Configure(EntityTypeBuilder<BlockedNetwork> blocked) => blocked.ToTable("BlockedNetworks").HasKey(b => b.Network);
}

/// <summary>The table of blocked networks.</summary>
public static class NetworkTables
{
    extension(OtsDbContext db)
    {
        /// <summary>Networks whose requests are refused.</summary>
        public DbSet<BlockedNetwork> BlockedNetworks => db.Set<BlockedNetwork>();
    }
}
