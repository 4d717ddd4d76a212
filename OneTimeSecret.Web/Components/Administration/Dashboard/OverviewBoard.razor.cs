using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Clocks;
using OneTimeSecret.Core.Oversight;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Web.Administration;
using OneTimeSecret.Web.Circuits;
using OneTimeSecret.Web.Logging;
using OneTimeSecret.Web.Resources;

namespace OneTimeSecret.Web.Components.Administration.Dashboard;

/// <summary>The state of the server. In a circuit, each read first checks that the viewer is still an administrator.</summary>
public sealed partial class OverviewBoard
{
    /// <summary>The time between two reads.</summary>
    internal static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    private const int LatestReceipts = 10;

    private readonly CancellationTokenSource _left = new();
    private Overview? _overview;
    private RootUse? _root;
    private IReadOnlyList<AnyReceipt> _latest = [];
    private DateTimeOffset _now;
    private Task _watching = Task.CompletedTask;

    [Inject]
    internal IStringLocalizer<Texts> Text { get; set; } = null!;

    [Inject]
    internal CircuitSession Session { get; set; } = null!;

    [Inject]
    internal ReadOverview Reading { get; set; } = null!;

    [Inject]
    internal CheckRoot Root { get; set; } = null!;

    [Inject]
    internal BrowseAllReceipts Receipts { get; set; } = null!;

    [Inject]
    internal WriteAuditHead Head { get; set; } = null!;

    [Inject]
    internal ErrorCount Errors { get; set; } = null!;

    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _left.CancelAsync();
        await _watching;
        _left.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        await Read();
        if (RendererInfo.IsInteractive)
            _watching = Watch();
    }

    private async Task Watch()
    {
        while (!_left.IsCancellationRequested)
        {
            await Task.Delay(LookAgain, Time, _left.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_left.IsCancellationRequested)
                await InvokeAsync(Refresh);
        }
    }

    private async Task Refresh()
    {
        await Read();
        StateHasChanged();
    }

    private async Task Read()
    {
        // The gate has checked the request of the page. A circuit outlives that request, so it checks again.
        if (RendererInfo.IsInteractive && await Session.Administrator(_left.Token) is null)
        {
            (_overview, _latest) = (null, []);
            await _left.CancelAsync();
            Navigation.Refresh(forceReload: true);
            return;
        }
        _now = Time.GetUtcNow();
        _overview = await Reading.Run(_left.Token);
        _root = await Root.Run(_left.Token);
        _latest = (await Receipts.Run(new AllReceiptsQuery(Size: LatestReceipts), _left.Token)).Items;
    }

    private IEnumerable<(string Name, string Value, string? Path)> Figures(Overview seen)
    {
        yield return ("Secrets", Number(seen.Secrets), null);
        yield return ("SecretBytes", Bytes.Words(Text, seen.SecretBytes), null);
        yield return ("Used", Used(seen.Room), null);
        yield return ("Database", Bytes.Words(Text, seen.Room.DatabaseBytes), null);
        yield return ("Log", Bytes.Words(Text, seen.Room.LogBytes), null);
        yield return ("Free", Bytes.Words(Text, seen.Room.Free), null);
        yield return ("Queue", Number(seen.QueueDepth), null);
        yield return ("Erasure", seen.OldestDelete is { } oldest ? Core.Span.About(Text, (int)(_now - oldest).TotalSeconds)
            : Text["Admin.Overview.Erased"], null);
        yield return ("Mails", UpTo(seen.MailsWaiting), AdminPaths.Mail);
        yield return ("DeadLetters", UpTo(seen.DeadLetters), AdminPaths.Mail + "?state=Failed");
        yield return ("ErrorsLately", Number(Errors.LastHour), null);
        yield return ("Errors", Number(Errors.SinceStart), null);
    }

    private string? RoomWarning(Room room) => room.State == RoomState.Enough ? null : Text[$"Admin.Overview.Room.{room.State}"].Value;

    private string? ClockWarning(ClockReading clock) => clock.State == ClockState.Agrees ? null : string.Join(
        ' ', Text[$"Admin.Overview.Clock.{clock.State}", Exact(clock.Time), Exact(clock.System)].Value,
        Text[!clock.HoldsPurges ? "Admin.Overview.Clock.Purges" : clock.HeldFor is null ? "Admin.Overview.Clock.Held"
            : "Admin.Overview.Clock.HeldFor", Core.Span.About(Text, (int)(clock.HeldFor ?? default).TotalSeconds)].Value);

    private string Used(Room room) => room.MaxBytes == 0
        ? Bytes.Words(Text, room.Used)
        : Text["Admin.Overview.UsedOf", Bytes.Words(Text, room.Used), Bytes.Words(Text, room.MaxBytes)];

    private string UpTo(int mails) =>
        mails < ReadOverview.MostMails ? Number(mails) : Text["Admin.MoreThan", Number(ReadOverview.MostMails - 1)];

    private static string Exact(DateTimeOffset time) => time.UtcDateTime.ToString("u", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString("N0", CultureInfo.CurrentCulture);
}
