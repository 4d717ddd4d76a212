using System.CommandLine;
using OneTimeSecret.Core.Audit;
using static System.FormattableString;

namespace OneTimeSecret.Web.Commands;

/// <summary><c>verify-audit</c> verifies the audit trail. Scripts use its exit code (docs/audit.md).</summary>
internal static class VerifyAuditCommand
{
    /// <summary>The exit code for a flaw. Exit code 1 means that a verb failed.</summary>
    private const int Found = 2;

    private const string CutBy = "the end was cut off, or an older database was put in its place";

    private const string RewrittenBy = "somebody who has the key ring rewrote the trail, or this is another database";

    private const string NoHead =
        "there is no head file to show whether its end is missing. A running server writes one; --head FILE names another";

    private const int ProgressRows = 100_000;

    public static Command Create() => Verb.Create(
        "verify-audit", "Prove that the audit trail is whole and unchanged; exit code 2 when it is not.", command =>
        {
            var head = new Option<string?>("--head")
            {
                Description = "A head file, or a log with the server's head lines (default: the head file of the settings).",
                HelpName = "FILE",
            };
            command.Add(head);
            command.Answers<VerifyAudit>(async (verify, parsed, cancellation) =>
            {
                var file = parsed.GetValue(head) is { } path ? Path.GetFullPath(path) : null;
                var report = await verify.Run(file, Progress(), cancellation);
                Console.WriteLine(Say(report));
                return report.Flaw is null ? 0 : Found;
            });
        });

    private static Action<long> Progress()
    {
        var said = 0L;
        return rows =>
        {
            if (rows - said < ProgressRows)
                return;
            said = rows;
            Console.Error.WriteLine(Invariant($"{rows} rows verified so far"));
        };
    }

    private static string Say(AuditReport report) =>
        (report.Trimmed == 0 ? "" : Invariant($"Rows 1 to {report.Trimmed} were trimmed by age.\n"))
        + Invariant(Verdict(report)) + (report.Flaw is null ? "" : "\ndocs/audit.md says what to do.");

    private static FormattableString Verdict(AuditReport report) => report.Flaw switch
    {
        null => $"The audit trail is whole up to row {report.Verified}, and matches its head of {report.Head!.Time:u}.",
        AuditFlaw.Changed =>
            $"Row {report.At} was changed, put in, or moved outside the program. Up to row {report.Verified} all is whole.",
        AuditFlaw.Missing => $"Row {report.At} is missing. Up to row {report.Verified} all is whole.",
        AuditFlaw.Cut =>
            $"Rows {report.At} to {report.Head!.Sequence} are missing, but the head of {report.Head.Time:u} covers them: {CutBy}.",
        AuditFlaw.Rewritten =>
            $"Row {report.At} differs from the head of {report.Head!.Time:u}: {RewrittenBy}.",
        AuditFlaw.ForgedAnchor => $"The record that the rows up to {report.At} were trimmed was not written by the program.",
        AuditFlaw.Tampered =>
            $"The tables of the trail are not as the program made them, so rows may be lost or hidden: {report.Tampering}.",
        _ => $"The audit trail is whole up to row {report.Verified}, but {NoHead}.",
    };
}
