using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Web.Accounts;
using OneTimeSecret.Web.Components.Account.Shared;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Components.Account.Pages.Manage;

/// <summary>Lists, makes and revokes an account's tokens. A token appears in one answer only, and never in an address.</summary>
public sealed partial class TokensPage
{
    private const string DateFormat = "yyyy-MM-dd";
    private const int MostDays = 3650;

    private static readonly int[] UsualDays = [30, 90, 365];

    private IReadOnlyList<ApiToken> _tokens = [];
    private (string Field, string Message)? _error;
    private string? _made;
    private string _madeName = "";
    private TokenScopes _madeScopes;
    private string? _revoked;

    [Inject]
    internal ListTokens List { get; set; } = null!;

    [Inject]
    internal AddToken Add { get; set; } = null!;

    [Inject]
    internal RevokeToken Revoking { get; set; } = null!;

    [Inject]
    internal SignInSteps Steps { get; set; } = null!;

    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    [Inject]
    internal IOptions<BrandOptions> Brand { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "make")]
    private TokenForm Input { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "revoke")]
    private string? Revoke { get; set; }

    /// <inheritdoc/>
    protected override Task OnInitializedAsync()
    {
        Input ??= TokenForm.Fresh();
        return Load();
    }

    private async Task Load() => _tokens = await List.Run(Session!.Account.Id, Cancellation);

    private async Task MakeIt()
    {
        if (IsTooMany(RateLimit.SignIns))
            return;
        if (!TryExpiry(out var expires))
        {
            _error = ("expiry", Text["Tokens.BadDate"]);
            return;
        }
        var name = Input.Name?.Trim() ?? "";
        switch (await Add.Run(Session!.Account.Id, name, Input.Scopes, expires, Caller, Cancellation))
        {
            case AddTokenOutcome.Made made:
                (_made, _madeName, _madeScopes) = (made.Token, name, Input.Scopes);
                Input = TokenForm.Fresh();
                await Load();
                break;
            case AddTokenOutcome.BadName(var most):
                _error = ("name", Text["Tokens.BadName", most]);
                break;
            case AddTokenOutcome.NameTaken:
                _error = ("name", Text["Tokens.NameTaken"]);
                break;
            case AddTokenOutcome.NoScope:
                _error = ("scopes", Text["Tokens.NoScope"]);
                break;
            case AddTokenOutcome.Past:
                _error = ("expiry", Text["Tokens.BadDate"]);
                break;
            case AddTokenOutcome.TooMany(var most):
                _error = ("form", Text["Tokens.TooMany", most]);
                break;
            default:
                GoTo(AccountPaths.SignIn); // the account was deleted meanwhile
                break;
        }
    }

    private async Task RevokeIt()
    {
        if (_tokens.FirstOrDefault(token => string.Equals(TokenRow.IdOf(token), Revoke, StringComparison.Ordinal)) is { } token)
        {
            await Revoking.Run(Session!.Account.Id, token.Hash, Caller, Cancellation);
            _revoked = Text["Tokens.Revoked", token.Name];
        }
        else
        {
            _revoked = Text["Tokens.RevokedBefore"];
        }
        await Load();
    }

    /// <summary>Reads when the token expires (null: never). False: the choice is invalid or too far ahead.</summary>
    private bool TryExpiry(out DateTimeOffset? expires)
    {
        var now = Time.GetUtcNow();
        expires = null;
        if (Input.Expiry is "never")
            return true;
        if (Input.Expiry is not "custom")
        {
            var isSpan = int.TryParse(Input.Expiry, NumberStyles.None, CultureInfo.InvariantCulture, out var days)
                && days is >= 1 and <= MostDays;
            expires = isSpan ? now.AddDays(days) : null;
            return isSpan;
        }
        if (!DateOnly.TryParseExact(Input.Date, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var last)
            || last > DateOnly.FromDateTime(now.UtcDateTime).AddDays(MostDays))
            return false;
        expires = new DateTimeOffset(last.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddDays(1);
        return true;
    }

    /// <summary>A curl command that works with the token's scopes.</summary>
    private string Line(string token)
    {
        var user = $"{Session!.Account.Email}:{token}".Replace("'", @"'\''", StringComparison.Ordinal);
        var rest = _madeScopes.HasFlag(TokenScopes.Create) ? "share -d secret=hello"
            : _madeScopes.HasFlag(TokenScopes.Receipts) ? "receipt/recent"
            : "authcheck";
        return $"curl -u '{user}' {Origin.Of(Http.Request)}/api/v1/{rest}";
    }

    private string? ErrorOf(string field) =>
        _error is var (at, text) && string.Equals(at, field, StringComparison.Ordinal) ? text : null;

    private string? Invalid(string field) => ErrorOf(field) is null ? null : "true";

    private static bool Is(string? choice, int days) =>
        string.Equals(choice, days.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
