using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Components.Pages;

/// <summary>The page of a link. It asks, and reveals by POST.</summary>
public sealed partial class SecretPage
{
    private SecretNotice? _notice;
    private SecretBytes? _revealed;
    private DateTimeOffset? _until;
    private bool _isGone;

    [Inject]
    internal FindSecret Find { get; set; } = null!;

    [Inject]
    internal RevealSecret Reveal { get; set; } = null!;

    [Inject]
    internal RepeatReveal Repeat { get; set; } = null!;

    [Inject]
    internal RetryCookie Retry { get; set; } = null!;

    [Inject]
    internal RecordLook Record { get; set; } = null!;

    [Inject]
    internal RevealTicket Ticket { get; set; } = null!;

    [Inject]
    internal IOptions<SecretOptions> Options { get; set; } = null!;

    [Parameter]
    public string Key { get; set; } = "";

    /// <summary><c>true</c>: the last passphrase was wrong. A string, because a bool refuses any other text in the query.</summary>
    [SupplyParameterFromQuery]
    private string? Wrong { get; set; }

    /// <summary><c>true</c>: the page asks a second time, because the first answer came without script.</summary>
    [SupplyParameterFromQuery]
    private string? Confirm { get; set; }

    /// <summary><c>true</c>: the button was pressed too early.</summary>
    [SupplyParameterFromQuery]
    private string? Soon { get; set; }

    [SupplyParameterFromForm(FormName = "reveal")]
    private string? Passphrase { get; set; }

    /// <summary>The ticket of the page.</summary>
    [SupplyParameterFromForm(FormName = "reveal")]
    private string? Seen { get; set; }

    /// <summary>Not empty: the page's script saw a press that no script made.</summary>
    [SupplyParameterFromForm(FormName = "reveal")]
    private string? ByHand { get; set; }

    /// <summary>Whether the form tells people from programs. A program cannot know a passphrase.</summary>
    private bool Asks => Options.Value.ConfirmReveal && _notice is { HasPassphrase: false };

    /// <summary>Whether this page asks a second time.</summary>
    private bool IsRepeat => _notice is { IsRepeat: true };

    private bool IsSecond => Asks && Confirm is "true";

    /// <summary>The key in the address. Null: the address holds no complete key.</summary>
    private SecretKey? Whole => SecretKey.Parse(Key);

    private string Address => Path(Whole?.Text ?? Key);

    /// <summary>The path as the browser spells it, which decides what cookies it sends.</summary>
    private string AddressAsSent => Http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];

    internal static string Path(string key) => $"/secret/{Uri.EscapeDataString(key)}";

    private string? Error => _notice switch
    {
        { LockedUntil: not null } => Text[ComeBack is null ? "Secret.LockedForGood" : "Secret.LockedUntil"].Value,
        { HasPassphrase: var asks } when Stale is not null => Text[asks ? "Stale.Passphrase" : "Stale.Text"].Value,
        { HasPassphrase: false } when Asks && Soon is "true" => Text["Secret.TooSoon"].Value,
        { HasPassphrase: true } when Wrong is "true" => Text["Secret.WrongPassphrase"].Value,
        _ => null,
    };

    private DateTimeOffset? ComeBack => _notice!.LockedUntil < _notice.Expires ? _notice.LockedUntil : null;

    // On POST the form is rendered even if the secret has ended, or Blazor would not find the form's handler. Show claims the secret.
    protected override async Task OnInitializedAsync()
    {
        if (IsPost)
            return;
        if (Retry.IsOn && Whole is not null && !string.Equals(AddressAsSent, Address, StringComparison.Ordinal))
        {
            GoTo(Address + Http.Request.QueryString); // the browser sends the cookie of the page to this path only
            return;
        }
        _notice = await Find.Run(Whole, Caller, Cancellation) ?? await Repeat.Look(Whole, Retry.Read(Http), Cancellation);
        _isGone = _notice is null;
        if (_isGone)
            SetStatus(StatusCodes.Status404NotFound);
        else if (!_notice!.IsRepeat)
            _ = Record.Run(Whole!, _notice);
        if (_notice is not null && Retry.IsOn)
            Retry.Give(Http, Address);
    }

    /// <summary>Clears the value at the end of the request, whether the page was rendered or not.</summary>
    public void Dispose() => _revealed?.Dispose();

    /// <summary>
    /// Reveals the secret. Only the value (or an exceeded rate limit) is shown in the answer to the POST. All other outcomes redirect to
    /// the page by GET, so that neither a reload nor the back button sends the form again.
    /// </summary>
    private async Task Show()
    {
        if (IsTooMany(RateLimit.Reveals))
            return;
        if (Options.Value.ConfirmReveal && await Refusal() is { } question)
        {
            GoTo(Address + question);
            return;
        }
        var outcome = await Reveal.Run(Whole, Passphrase, Retry.Read(Http), Caller, Cancellation);
        if (outcome is RevealOutcome.Revealed(var value, _) revealed)
            (_revealed, _until) = (value, revealed.Until);
        else
            GoTo(Address + (outcome is RevealOutcome.WrongPassphrase ? "?wrong=true" : ""));
    }

    /// <summary>What to ask instead of revealing, as a query of this page. Null: somebody has pressed the button by hand.</summary>
    private async Task<string?> Refusal()
    {
        if (Whole is not { } key || await Find.Run(key, Caller, Cancellation) is not { HasPassphrase: false })
            return null;
        var isSecond = Ticket.Is(Seen, key.Text, isSecond: true);
        if (!isSecond && string.IsNullOrEmpty(ByHand))
            return "?confirm=true";
        return Ticket.Opens(Seen, key.Text, isSecond) ? null : isSecond ? "?confirm=true&soon=true" : "?soon=true";
    }
}
