using System.CommandLine;
using OneTimeSecret.Core.Audit;
using static System.FormattableString;

namespace OneTimeSecret.Web.Commands;

/// <summary><c>verify-audit</c>: proves the audit trail; its exit code is for scripts (docs/audit.md).</summary>
internal static class VerifyAuditCommand
{
    /// <summary>Something is wrong. 1 says that a verb could not do its work.</summary>
    private const int Found = 2;

    private const string CutBy = "the end was cut off, or an older database was put in its place";

    private const string RewrittenBy = "the trail was written anew by somebody who has the key ring, or this is another database";

    private const string NoHead =
        "there is no head file that would show whether its end is missing: a running server writes one, and --head FILE takes another";

    private const int ProgressRows = 100_000;

    public static Command Create() => Verb.Create(
        "verify-audit", "Prove that the audit trail is whole and unchanged; exit code 2 when it is not.", command =>
        {
            var head = new Option<string?>("--head")
            {
                Description = "A head file, or a log in which the server wrote heads (default: the head file of the settings).",
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
            Console.Error.WriteLine(Invariant($"{rows} rows verified"));
        };
    }

    private static string Say(AuditReport report) =>
        (report.Trimmed == 0 ? "" : Invariant($"Rows 1 to {report.Trimmed} were trimmed by age.\n"))
        + Invariant(Verdict(report)) + (report.Flaw is null ? "" : "\nWhat to do then says docs/audit.md.");

    private static FormattableString Verdict(AuditReport report) => report.Flaw switch
    {
        null => $"The audit trail is whole up to row {report.Verified}, and holds what its head of {report.Head!.Time:u} says.",
        AuditFlaw.Changed =>
            $"Row {report.At} was changed, put in, or moved outside the program. Up to row {report.Verified} all is whole.",
        AuditFlaw.Missing => $"Row {report.At} is missing. Up to row {report.Verified} all is whole.",
        AuditFlaw.Cut =>
            $"Rows {report.At} to {report.Head!.Sequence} are missing, which the head of {report.Head.Time:u} knows: {CutBy}.",
        AuditFlaw.Rewritten =>
            $"Row {report.At} is another than the head of {report.Head!.Time:u} says: {RewrittenBy}.",
        AuditFlaw.ForgedAnchor => $"What says that the rows up to {report.At} were trimmed was not written by the program.",
        AuditFlaw.Rigged =>
            $"The tables of the trail are not as the program made them, so that rows may be neither written nor found: {report.Rig}.",
        _ => $"The audit trail is whole up to row {report.Verified}, but {NoHead}.",
    };
}
