using Microsoft.Extensions.Localization;
using OneTimeSecret.Core;
using OneTimeSecret.Core.Accounts;

namespace OneTimeSecret.Web.Components.Account.Shared;

/// <summary>Says why no link is mailed, and when to try again.</summary>
internal static class TooManyLinks
{
    public static string Text(IStringLocalizer text, LinkRefusal refusal) =>
        text[$"Links.TooMany.{refusal.Limit}", Span.About(text, refusal.RetryAfter)];
}
