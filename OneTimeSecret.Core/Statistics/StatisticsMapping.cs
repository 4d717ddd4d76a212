using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Statistics;

/// <summary>The table of the daily counts.</summary>
internal sealed class StatisticsMapping : IEntityTypeConfiguration<DayCount>
{
    public void Configure(EntityTypeBuilder<DayCount> day)
    {
        day.ToTable("DayCounts");
        day.HasKey(d => d.Day);
        day.Property(d => d.Day).ValueGeneratedNever();
    }
}

/// <summary>The table of the daily counts.</summary>
public static class StatisticsTables
{
    extension(OtsDbContext db)
    {
        /// <summary>The daily counts.</summary>
        public DbSet<DayCount> DayCounts => db.Set<DayCount>();
    }
}
