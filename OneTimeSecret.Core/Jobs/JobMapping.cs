using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Jobs;

/// <summary>The table of job runs.</summary>
internal sealed class JobMapping : IEntityTypeConfiguration<JobRun>
{
    public void Configure(EntityTypeBuilder<JobRun> run)
    {
        run.ToTable("JobRuns");
        run.HasIndex(r => new { r.Job, r.Started });
    }
}

/// <summary>The table of job runs.</summary>
public static class JobTables
{
    extension(OtsDbContext db)
    {
        /// <summary>The last runs of each job.</summary>
        public DbSet<JobRun> JobRuns => db.Set<JobRun>();
    }
}
