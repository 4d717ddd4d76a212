using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Web.Administration;

namespace OneTimeSecret.Web.Components.Administration.Accounts;

/// <summary>
/// One account, with the actions of an administrator. An administrator can remove its second factors, but cannot set any of them, cannot
/// change its password or address, and cannot sign in as its owner.
/// </summary>
public sealed partial class AdminAccountPage
{
    /// <summary>The values that the buttons send.</summary>
    private const string Yes = "yes";

    private const string No = "no";

    private static readonly string[] Forms = ["suspension", "limits", "factor", "reset", "role"];

    private AccountFacts? _facts;
    private (string Field, string Message)? _error;

    [Parameter]
    public Guid Id { get; set; }

    [Inject]
    internal LookAtAccount Look { get; set; } = null!;

    [Inject]
    internal SuspendAccount Suspending { get; set; } = null!;

    [Inject]
    internal ResumeAccount Resuming { get; set; } = null!;

    [Inject]
    internal LimitAccount Limiting { get; set; } = null!;

    [Inject]
    internal DemandFactor Demanding { get; set; } = null!;

    [Inject]
    internal ResetFactors Resetting { get; set; } = null!;

    [Inject]
    internal GrantAdmin Granting { get; set; } = null!;

    [Inject]
    internal RevokeAdmin Revoking { get; set; } = null!;

    [Inject]
    internal IOptions<LimitOptions> UsualLimits { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "suspension")]
    private string? Reason { get; set; }

    /// <summary>The pressed button's action. The button sends it, because the account's state may have changed since.</summary>
    [SupplyParameterFromForm(FormName = "suspension")]
    private string? Suspend { get; set; }

    [SupplyParameterFromForm(FormName = "limits")]
    private LimitsModel? Input { get; set; }

    [SupplyParameterFromForm(FormName = "factor")]
    private string? Needed { get; set; }

    [SupplyParameterFromForm(FormName = "reset")]
    private string? Reset { get; set; }

    [SupplyParameterFromForm(FormName = "role")]
    private string? Grant { get; set; }

    private bool IsSuspended => _facts!.Summary.Suspended is not null;

    private bool MayResetFactors => _facts!.Summary.HasFactor && Id != Admin.Account!.Id;

    private bool MayBeAdmin => _facts!.Summary is { IsVerified: true, Suspended: null };

    private string RoleText => _facts!.Summary.IsAdmin ? "Admin.Role.Is" : MayBeAdmin ? "Admin.Role.IsNot" : "Admin.Role.CannotBe";

    private IEnumerable<(string Name, string? Value, long Usual)> LimitFields
    {
        get
        {
            var (usual, requests, mails) = (UsualLimits.Value, Text(_facts!.RequestLimit), Text(_facts.MailLimit));
            if (_error is not null && Input is { } typed)
                (requests, mails) = (typed.Requests, typed.Mails);
            yield return ("Requests", requests, (long)usual.Creates * usual.AccountFactor);
            yield return ("Mails", mails, usual.MailsPerAccount);

            static string? Text(int? limit) => limit?.ToString(CultureInfo.InvariantCulture);
        }
    }

    internal static string Path(Guid id) => $"{AdminPaths.Accounts}/{id}";

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        _facts = await Look.Run(Id, Cancellation);
        if (_facts is null && !IsPost)
            SetStatus(StatusCodes.Status404NotFound);
    }

    private void Miss() => Settle(AdminOutcome.NotThere, AdminNews.None, AdminPaths.Accounts);

    private async Task ChangeSuspension()
    {
        if (Suspend is not Yes)
            Settle(
                Suspend is No ? await Resuming.Run(Admin, Id, Cancellation) : AdminOutcome.NotThere, AdminNews.Resumed, Path(Id));
        else if (AdminAct.ParseReason(Reason) is not { } reason)
            _error = ("reason", Text["Admin.Reason.Bad", AdminAct.MaxReason]);
        else
            Settle(await Suspending.Run(Admin, Id, reason, Cancellation), AdminNews.Suspended, Path(Id));
    }

    private async Task SetLimits()
    {
        if (TryLimit("Requests", Input?.Requests, LimitAccount.MostRequests, out var requests)
            && TryLimit("Mails", Input?.Mails, LimitAccount.MostMails, out var mails))
            Settle(await Limiting.Run(Admin, Id, requests, mails, Cancellation), AdminNews.Limited, Path(Id));
    }

    private async Task ChangeFactor() => Settle(
        Needed is Yes or No ? await Demanding.Run(Admin, Id, Needed is Yes, Cancellation) : AdminOutcome.NotThere,
        Needed is Yes ? AdminNews.FactorDemanded : AdminNews.FactorWaived, Path(Id));

    private async Task ResetLostFactors() => Settle(
        Reset is Yes ? await Resetting.Run(Admin, Id, Cancellation) : AdminOutcome.NotThere, AdminNews.FactorsReset, Path(Id));

    private async Task ChangeRole() => Settle(
        Grant switch
        {
            Yes => await Granting.Run(Admin, Id, Cancellation),
            No => await Revoking.Run(Admin, Id, Cancellation),
            _ => AdminOutcome.NotThere,
        },
        Grant is Yes ? AdminNews.Granted : AdminNews.Revoked, Path(Id));

    private bool TryLimit(string field, string? typed, int most, out int? limit)
    {
        limit = null;
        if (string.IsNullOrWhiteSpace(typed))
            return true;
        if (int.TryParse(typed.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most)
        {
            limit = number;
            return true;
        }
        _error = (field, Text["Admin.Limits.Bad", most.ToString("N0", CultureInfo.CurrentCulture)]);
        return false;
    }

    private string? Error(string field) => _error is var (at, text) && string.Equals(at, field, StringComparison.Ordinal) ? text : null;

    private string? Invalid(string field) => Error(field) is null ? null : "true";

    private sealed class LimitsModel
    {
        public string? Requests { get; set; }

        public string? Mails { get; set; }
    }
}
