using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Clocks;

/// <summary>The table of the clock.</summary>
internal sealed class ClockMapping : IEntityTypeConfiguration<StoredClock>
{
    public void Configure(EntityTypeBuilder<StoredClock> clock) => clock.ToTable("Clocks").Property(c => c.Id).ValueGeneratedNever();
}

/// <summary>The table of the clock.</summary>
public static class ClockTables
{
    extension(OtsDbContext db)
    {
        /// <summary>The latest time that the server has seen.</summary>
        public DbSet<StoredClock> Clocks => db.Set<StoredClock>();
    }
}
