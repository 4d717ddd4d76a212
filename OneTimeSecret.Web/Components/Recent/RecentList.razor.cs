using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Web.Accounts;
using OneTimeSecret.Web.Circuits;
using OneTimeSecret.Web.Resources;

namespace OneTimeSecret.Web.Components.Recent;

/// <summary>
/// The list of an account's receipts. The account comes from the session, which is checked before each read and each burn, and never from
/// the page's parameters.
/// </summary>
public sealed partial class RecentList
{
    /// <summary>The longest time between two reads. Expiry and changes by other servers raise no signal.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _left = new();
    private RecentView _view = null!;
    private ReceiptPage? _page;
    private DateTimeOffset _now;
    private string? _news;
    private Task _watching = Task.CompletedTask;

    [Parameter]
    public string? State { get; set; }

    [Parameter]
    public string? Search { get; set; }

    [Parameter]
    public string? Sort { get; set; }

    [Parameter]
    public string? Cursor { get; set; }

    [Inject]
    internal IStringLocalizer<Texts> Text { get; set; } = null!;

    [Inject]
    internal CircuitSession Session { get; set; } = null!;

    [Inject]
    internal BrowseReceipts Receipts { get; set; } = null!;

    [Inject]
    internal BurnSecret BurnSecret { get; set; } = null!;

    [Inject]
    internal RecentSignals Signals { get; set; } = null!;

    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    [Inject]
    internal IJSRuntime Script { get; set; } = null!;

    private string Nothing => _page switch
    {
        { CanMatch: false } => "Recent.CannotMatch",
        _ when _view.IsUsual => "Recent.Empty",
        _ => "Recent.NoMatch",
    };

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
        _view = RecentView.Of(State, Search, Sort, Cursor);
        if (!RendererInfo.IsInteractive)
        {
            await Read();
            return;
        }
        if (await Session.Account(_left.Token) is { } account)
        {
            // Watch first, then read, so that no change in between is missed.
            var watch = Signals.Begin(account.Id);
            await Read();
            _watching = Watch(watch);
        }
    }

    private static string Chosen(ChangeEventArgs args) => args.Value as string ?? "";

    private async Task Watch(RecentSignals.Watch watch)
    {
        using (watch)
        {
            while (!_left.IsCancellationRequested)
            {
                using var enough = CancellationTokenSource.CreateLinkedTokenSource(_left.Token);
                var news = watch.Next(enough.Token);
                await Task.WhenAny(news, Task.Delay(LookAgain, Time, enough.Token));
                await enough.CancelAsync();
                await ((Task)news).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!_left.IsCancellationRequested)
                    await InvokeAsync(Refresh);
            }
        }
    }

    private async Task Refresh()
    {
        var before = _page?.Items ?? [];
        await Read();
        var changed = before.Join(
            _page?.Items ?? [], old => old.RowId, row => row.RowId, (old, row) => (Old: old, Row: row), StringComparer.Ordinal)
            .Where(pair => pair.Old.Receipt.State != pair.Row.Receipt.State)
            .Select(pair => Text[$"Recent.News.{pair.Row.Receipt.State.Name()}", pair.Row.ShortId].Value);
        _news = string.Join(' ', changed);
        StateHasChanged();
    }

    private async Task Show(RecentView view)
    {
        _view = RecentView.Of(view.State, view.Search, view.Sort, view.Cursor);
        await Read();
        // The address follows the view, so that a reload and the back button show the same view.
        await Script.InvokeVoidAsync("history.replaceState", _left.Token, null, "", _view.Path());
    }

    private async Task Burn(string rowId)
    {
        if (await Session.Caller(_left.Token) is not { } owner)
        {
            Leave();
            return;
        }
        await BurnSecret.Run(owner, rowId, _left.Token);
        await Refresh();
    }

    private async Task Read()
    {
        if (await Session.Account(_left.Token) is not { } account)
        {
            Leave();
            return;
        }
        _now = Time.GetUtcNow();
        _page = await Receipts.Run(account, _view.Query, _left.Token);
    }

    /// <summary>Clears the list and leads to the sign-in page, because the session has ended.</summary>
    private void Leave()
    {
        _page = null;
        Navigation.NavigateTo($"{AccountPaths.SignIn}?{SessionCookie.BackParameter}=%2Frecent", forceLoad: true);
    }
}
