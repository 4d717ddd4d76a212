using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Components.Pages;

/// <summary>Conceals a typed text or a generated password, and redirects to the receipt.</summary>
public sealed partial class Home
{
    /// <summary>Lifetimes to choose from, in seconds. The page leaves out those that the server does not grant.</summary>
    private static readonly int[] UsualLifetimes = [300, 1800, 3600, 14_400, 43_200, 86_400, 259_200, 604_800, 1_209_600, 2_592_000];

    private (string Field, string Message)? _error;
    private bool _passphraseWasMade;

    [Inject]
    internal ConcealSecret Share { get; set; } = null!;

    [Inject]
    internal GenerateSecret Generate { get; set; } = null!;

    [Inject]
    internal MadePassword Made { get; set; } = null!;

    [Inject]
    internal IOptions<SecretOptions> Secrets { get; set; } = null!;

    [Inject]
    internal IOptions<BrandOptions> Brand { get; set; } = null!;

    [Inject]
    internal IOptions<MailOptions> Mail { get; set; } = null!;

    [Inject]
    internal Faults Faults { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "create")]
    private ConcealForm Input { get; set; } = null!;

    private IEnumerable<int> Lifetimes => UsualLifetimes.Append(DefaultTtl)
        .Where(seconds => seconds >= Secrets.Value.MinTtl && seconds <= MaxTtl).Distinct().Order();

    private int MaxTtl => Caller.Account is null ? Secrets.Value.MaxTtlAnonymous : Secrets.Value.MaxTtlAccount;

    private bool CanMail => Caller.Account is { MayMail: true } && Mail.Value.Sends();

    private int DefaultTtl => Math.Clamp(Secrets.Value.DefaultTtl, Secrets.Value.MinTtl, MaxTtl);

    private string Focus => _error is { Field: not "form" and var faulty } ? faulty : Input.IsMade ? "length" : "secret";

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        Input ??= ConcealForm.Fresh(DefaultTtl);
        if (Stale is null)
            return;
        Input.Fill(Stale.Fields);
        _error = Stale.Holds("Input.Passphrase") ? ("passphrase", Text["Stale.Passphrase"]) : ("form", Text["Stale.Text"]);
    }

    private async Task Submit()
    {
        switch (Input.Do)
        {
            case "another":
                if (IsRecipeRight())
                    Input.MakePassword();
                break;
            case "passphrase":
                Input.Passphrase = new PasswordRecipe().Make();
                _passphraseWasMade = true;
                break;
            default:
                await Create();
                if (_error is not null)
                    Input.RenewPassword();
                break;
        }
    }

    private async Task Create()
    {
        if (Input.IsMade && !IsRecipeRight())
            return;
        if (Ttl() is not { } ttl)
        {
            _error = ("lifetime", Text["Create.BadLifetime", Span.Words(Text, Secrets.Value.MinTtl), Span.Words(Text, MaxTtl)]);
            return;
        }
        if (IsTooMany(RateLimit.Creates))
        {
            _error = ("form", Text["Problem.RateLimited.Text"]);
            return;
        }
        try
        {
            Show(await Conceal(new SecretDraft(Input.Passphrase, ttl, [Input.Recipient ?? ""])));
        }
        catch (Exception fault) when (fault is ServerBusyException || EngineFault.Is(fault))
        {
            var (problem, retryAfter) = Faults.Judge(fault, Http);
            Refuse(problem, retryAfter);
        }
    }

    /// <summary>Shows the form as it was sent, so that nothing typed is lost.</summary>
    private void Refuse(Problem problem, TimeSpan retryAfter)
    {
        Fail(problem, retryAfter);
        _error = ("form", Text[$"Problem.{problem}.Text"]);
    }

    /// <summary>
    /// Conceals the value that the page showed. If a password does not fit its recipe, the server makes another, and the receipt shows it.
    /// </summary>
    private async Task<ConcealOutcome> Conceal(SecretDraft draft)
    {
        if (!Input.IsMade || Input.Recipe.Fits(Input.Password))
        {
            using var value = SecretBytes.Utf8(Input.IsMade ? Input.Password : Input.SecretText);
            return await Share.Run(value.Memory, draft, Caller, Cancellation);
        }
        var (outcome, made) = await Generate.Run(Input.Recipe, draft, Caller, Cancellation);
        if (outcome is ConcealOutcome.Concealed(var receipt))
            Made.Hand(Http, made!, receipt.MetadataKey);
        return outcome;
    }

    private void Show(ConcealOutcome outcome)
    {
        switch (outcome)
        {
            case ConcealOutcome.Concealed(var receipt):
                GoTo(ReceiptPage.Path(receipt.MetadataKey));
                return;
            case ConcealOutcome.NoRoom full:
                Refuse(Web.Http.Problem.Full, full.RetryAfter);
                return;
            case ConcealOutcome.TooMuchStored(var wait):
                Refuse(Web.Http.Problem.RateLimited, wait);
                return;
        }
        _error = outcome switch
        {
            ConcealOutcome.NothingToShare => ("secret", Text["Create.Nothing"]),
            ConcealOutcome.TooLarge(var max) => ("secret", Text["Create.TooLarge", Number(Size()), Number(max)]),
            ConcealOutcome.PassphraseTooShort(var min) => ("passphrase", Text["Create.PassphraseTooShort", min]),
            ConcealOutcome.PassphraseTooLong(var max) => ("passphrase", Text["Create.PassphraseTooLong", max]),
            ConcealOutcome.BadRecipient => ("recipient", Text["Create.BadRecipient"]),
            ConcealOutcome.RecipientOptedOut => ("recipient", Text["Create.RecipientOptedOut"]),
            ConcealOutcome.TooManyMails(var wait) => ("recipient", Text["Create.TooManyMails", Span.About(Text, wait)]),
            ConcealOutcome.AccountRequired => ("recipient", Text["Create.RecipientSignIn"]),
            ConcealOutcome.MailNotConfigured => ("recipient", Text["Create.RecipientNoMail"]),
            _ => throw new InvalidOperationException($"The page has no error text for the outcome {outcome.GetType().Name}."),
        };
    }

    private bool IsRecipeRight()
    {
        if (Input.HasRecipe)
            return true;
        _error = ("length", Text["Create.BadLength", PasswordRecipe.MaxLength]);
        return false;
    }

    /// <summary>The requested lifetime in seconds. Null: it is not a number, or the server does not grant it.</summary>
    private long? Ttl()
    {
        var custom = Input.Lifetime is "custom";
        if (!long.TryParse(custom ? Input.Amount : Input.Lifetime, NumberStyles.None, CultureInfo.InvariantCulture, out var amount)
            || !long.TryParse(custom ? Input.Unit : "1", NumberStyles.None, CultureInfo.InvariantCulture, out var unit))
            return null;
        var seconds = Math.Min(amount, int.MaxValue) * Math.Min(unit, int.MaxValue);
        return seconds >= Secrets.Value.MinTtl && seconds <= MaxTtl ? seconds : null;
    }

    private int Size() => Encoding.UTF8.GetByteCount(Input.SecretText);

    private string? ErrorOf(string field) =>
        _error is var (at, text) && string.Equals(at, field, StringComparison.Ordinal) ? text : null;

    private string? Invalid(string field) => ErrorOf(field) is null ? null : "true";

    private static bool Is(string choice, int seconds) =>
        string.Equals(choice, seconds.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static string Number(int number) => number.ToString("N0", CultureInfo.CurrentCulture);
}
