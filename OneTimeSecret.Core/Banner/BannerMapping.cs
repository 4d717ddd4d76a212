using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Banner;

/// <summary>The table of the banner.</summary>
internal sealed class BannerMapping : IEntityTypeConfiguration<StoredBanner>
{
    public void Configure(EntityTypeBuilder<StoredBanner> banner) => banner.ToTable("Banners").Property(b => b.Id).ValueGeneratedNever();
}

/// <summary>The table of the banner.</summary>
public static class BannerTables
{
    extension(OtsDbContext db)
    {
        /// <summary>The text at the top of all pages.</summary>
        public DbSet<StoredBanner> Banners => db.Set<StoredBanner>();
    }
}
