using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Generations;

/// <summary>The table of the generation.</summary>
internal sealed class GenerationMapping : IEntityTypeConfiguration<Generation>
{
    public void Configure(EntityTypeBuilder<Generation> generation)
    {
        generation.ToTable("Generations");
        generation.HasKey(g => g.Database);
        generation.Property(g => g.Database).ValueGeneratedNever();
    }
}

/// <summary>The table of the generation.</summary>
public static class GenerationTables
{
    extension(OtsDbContext db)
    {
        /// <summary>The generation of the database: one row, or none before the first start of this version.</summary>
        public DbSet<Generation> Generations => db.Set<Generation>();
    }
}
