using System.Linq.Expressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Clients;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Site;
using OneTimeSecret.Core.Statistics;

namespace OneTimeSecret.Core.Storage;

/// <summary>The model, the same on every engine; what differs stands in the engine's own context (docs/adr/0001).</summary>
public abstract class OtsDbContext(DbContextOptions options) : IdentityDbContext<Account, IdentityRole<Guid>, Guid>(options)
{
    /// <summary>Unread secrets.</summary>
    public DbSet<StoredSecret> Secrets => Set<StoredSecret>();

    /// <summary>Receipts, of unread and of past secrets.</summary>
    public DbSet<StoredReceipt> Receipts => Set<StoredReceipt>();

    /// <summary>Wrong passphrases by client.</summary>
    public DbSet<PassphraseTry> Tries => Set<PassphraseTry>();

    /// <summary>Mails, waiting, sent and failed.</summary>
    public DbSet<StoredMail> Mails => Set<StoredMail>();

    /// <summary>The content of mails that wait.</summary>
    public DbSet<OutboxMail> Outbox => Set<OutboxMail>();

    /// <summary>Addresses that want no mails with links.</summary>
    public DbSet<OptOut> OptOuts => Set<OptOut>();

    /// <summary>The last runs of each job.</summary>
    public DbSet<JobRun> JobRuns => Set<JobRun>();

    /// <summary>Credentials of scripts.</summary>
    public DbSet<ApiToken> ApiTokens => Set<ApiToken>();

    /// <summary>Browsers that are signed in.</summary>
    public DbSet<Session> Sessions => Set<Session>();

    /// <summary>What opens an account without its authenticator app.</summary>
    public DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();

    /// <summary>Attempts to sign in.</summary>
    public DbSet<SignInTry> SignInTries => Set<SignInTry>();

    /// <summary>Keys of cookies and form tokens.</summary>
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <summary>Proofs that the key ring fits.</summary>
    public DbSet<KeyCheck> KeyChecks => Set<KeyCheck>();

    /// <summary>The audit trail.</summary>
    public DbSet<AuditEvent> AuditEvents => Set<AuditEvent>();

    /// <summary>Where the audit trail begins after it was trimmed.</summary>
    public DbSet<AuditAnchor> AuditAnchors => Set<AuditAnchor>();

    /// <summary>What happened, by day.</summary>
    public DbSet<DayCount> DayCounts => Set<DayCount>();

    /// <summary>Networks whose requests are refused.</summary>
    public DbSet<BlockedNetwork> BlockedNetworks => Set<BlockedNetwork>();

    /// <summary>The text on top of all pages.</summary>
    public DbSet<Banner> Banners => Set<Banner>();

    /// <summary>
    /// Rows of the audit trail with a value that reads as what the program wrote but is kept otherwise, so that lists would not find it:
    /// the program writes none, and most engines would take none.
    /// </summary>
    internal virtual IQueryable<AuditEvent> MisfitAuditEvents => AuditEvents.Where(_ => false);

    /// <summary>What was done to the tables of the audit trail, so that rows are not written or not found; null: nothing.</summary>
    internal virtual Task<string?> FindRig(CancellationToken cancellation) => Task.FromResult<string?>(null);

    /// <summary>Who has the role of an administrator.</summary>
    internal IQueryable<IdentityUserRole<Guid>> AdminRoles => UserRoles
        .Where(r => Roles.Any(role => role.Id == r.RoleId && role.Name == GrantAdmin.Role));

    /// <summary>The ids of accounts that are administrators, and are so now: a suspended one is none.</summary>
    internal IQueryable<Guid> Admins => AdminRoles
        .Where(r => Users.Any(a => a.Id == r.UserId && a.Suspended == null && a.Deleted == null))
        .Select(r => r.UserId);

    /// <summary>What was done in the transaction and has not been written down yet (<see cref="RecordActs"/>).</summary>
    internal List<Act> Acts { get; } = [];

    /// <summary>What the transaction adds to the counts of the day, likewise.</summary>
    internal List<Tally> Tallies { get; } = [];

    /// <summary>Has an act written into the audit trail, with and only with what the transaction does.</summary>
    internal void Note(Act act) => Acts.Add(act);

    /// <summary>Has something counted, with and only with what the transaction does.</summary>
    internal void Count(Tally tally) => Tallies.Add(tally);

    /// <summary>Forgets what a failed transaction noted: contexts come from a pool.</summary>
    internal void Forget()
    {
        Acts.Clear();
        Tallies.Clear();
    }

    /// <summary>
    /// Whether <paramref name="a"/> sorts before <paramref name="b"/>, byte by byte, a beginning before what it begins. In queries it is
    /// the engine's own comparison, which LINQ has no sign for; SQLite and PostgreSQL agree on it.
    /// </summary>
    internal static bool IsBefore(byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b) < 0;

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);

        builder.HasDbFunction(((Func<byte[], byte[], bool>)IsBefore).Method).HasTranslation(
            sides => new SqlBinaryExpression(ExpressionType.LessThan, sides[0], sides[1], typeof(bool), BoolTypeMapping.Default));

        builder.Entity<StoredSecret>(secret =>
        {
            secret.ToTable("Secrets");
            secret.HasIndex(s => s.ReceiptId).IsUnique();
            secret.HasIndex(s => s.Expires);
        });
        builder.Entity<StoredReceipt>(receipt =>
        {
            receipt.ToTable("Receipts");
            // Lists of an account, in every order and under every filter that it can choose; anonymous receipts cost nothing here.
            foreach (var owned in new[]
            {
                receipt.HasIndex(r => new { r.OwnerId, r.Created, r.Id }),
                receipt.HasIndex(r => new { r.OwnerId, r.SecretExpires, r.Id }),
                receipt.HasIndex(r => new { r.OwnerId, r.State, r.Created, r.Id }),
                receipt.HasIndex(r => new { r.OwnerId, r.State, r.SecretExpires, r.Id }),
            })
                owned.HasFilter("\"OwnerId\" IS NOT NULL");
            receipt.HasIndex(r => new { r.OwnerId, r.RecipientHash, r.Created, r.Id }).HasFilter("\"RecipientHash\" IS NOT NULL");
            receipt.HasIndex(r => new { r.OwnerId, r.RecipientHash, r.SecretExpires, r.Id }).HasFilter("\"RecipientHash\" IS NOT NULL");
            receipt.HasIndex(r => new { r.Created, r.Id });
            receipt.HasIndex(r => r.Expires);
            receipt.HasIndex(r => new { r.RecipientHash, r.Created, r.Id }).HasFilter("\"RecipientHash\" IS NOT NULL");
            receipt.HasIndex(r => r.WarnAt);
            receipt.HasOne<Account>().WithMany().HasForeignKey(r => r.OwnerId).OnDelete(DeleteBehavior.Restrict);
            receipt.PrimitiveCollection(r => r.Recipients);
        });
        builder.Entity<PassphraseTry>(tries =>
        {
            tries.ToTable("Tries");
            tries.HasKey(t => new { t.SecretId, t.Client, t.Use });
            tries.HasOne<StoredSecret>().WithMany().HasForeignKey(t => t.SecretId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<StoredMail>(mail =>
        {
            mail.ToTable("Mails");
            mail.HasIndex(m => new { m.OwnerId, m.Created });
            mail.HasIndex(m => new { m.RecipientHash, m.Created });
            mail.HasIndex(m => m.ReceiptId);
            mail.HasIndex(m => m.Created);
            mail.HasIndex(m => new { m.State, m.Created });
            mail.HasOne<Account>().WithMany().HasForeignKey(m => m.OwnerId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<OutboxMail>(mail =>
        {
            mail.ToTable("Outbox");
            mail.HasIndex(m => m.NextAttempt);
            mail.HasOne<StoredMail>().WithOne().HasForeignKey<OutboxMail>(m => m.Id).OnDelete(DeleteBehavior.Cascade);
            mail.HasOne<StoredSecret>().WithMany().HasForeignKey(m => m.SecretId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<OptOut>(optOut =>
        {
            optOut.ToTable("OptOuts");
            optOut.HasKey(o => o.RecipientHash);
            optOut.HasIndex(o => o.Created);
        });
        builder.Entity<JobRun>(run =>
        {
            run.ToTable("JobRuns");
            run.HasIndex(r => new { r.Job, r.Started });
        });
        builder.Entity<ApiToken>(token =>
        {
            token.ToTable("ApiTokens");
            token.HasKey(t => t.Hash);
            token.HasIndex(t => new { t.AccountId, t.Name }).IsUnique();
            token.HasOne<Account>().WithMany().HasForeignKey(t => t.AccountId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<Session>(session =>
        {
            session.ToTable("Sessions");
            session.HasKey(s => s.Hash);
            session.HasIndex(s => s.AccountId);
            session.HasIndex(s => s.Expires);
            session.HasOne<Account>().WithMany().HasForeignKey(s => s.AccountId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<RecoveryCode>(code =>
        {
            code.ToTable("RecoveryCodes");
            code.HasKey(c => c.Hash);
            code.HasIndex(c => c.AccountId);
            code.HasOne<Account>().WithMany().HasForeignKey(c => c.AccountId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<SignInTry>(tries =>
        {
            tries.ToTable("SignInTries");
            tries.HasKey(t => t.Who);
            tries.HasIndex(t => t.Until);
        });
        builder.Entity<AuditEvent>(audit =>
        {
            audit.ToTable("AuditEvents");
            audit.HasKey(e => e.Sequence);
            audit.Property(e => e.Sequence).ValueGeneratedNever();
            audit.HasIndex(e => e.Time);
            audit.HasIndex(e => new { e.Kind, e.Sequence });
            // Creations are not in it: places all over an index would cost a create more than all the rest of its row (docs/adr/0010).
            audit.HasIndex(e => new { e.Subject, e.Sequence })
                .HasFilter($"\"Subject\" IS NOT NULL AND \"Kind\" <> {(int)AuditKind.SecretCreated}");
            audit.HasIndex(e => new { e.AccountId, e.Sequence }).HasFilter("\"AccountId\" IS NOT NULL");
        });
        builder.Entity<AuditAnchor>(anchor =>
        {
            anchor.ToTable("AuditAnchors");
            anchor.HasKey(a => a.Sequence);
            anchor.Property(a => a.Sequence).ValueGeneratedNever();
        });
        builder.Entity<DayCount>(day =>
        {
            day.ToTable("DayCounts");
            day.HasKey(d => d.Day);
            day.Property(d => d.Day).ValueGeneratedNever();
        });
        builder.Entity<BlockedNetwork>().ToTable("BlockedNetworks").HasKey(b => b.Network);
        builder.Entity<Banner>().ToTable("Banners").Property(b => b.Id).ValueGeneratedNever();
        builder.Entity<DataProtectionKey>().ToTable("DataProtectionKeys");
        builder.Entity<KeyCheck>(check =>
        {
            check.ToTable("KeyChecks");
            check.HasKey(c => c.RootId);
            check.Property(c => c.RootId).ValueGeneratedNever();
        });
    }
}
