using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Web.Accounts;

/// <summary>Identity's token provider with the longer lifetime of invitations.</summary>
internal sealed class InvitationTokens(IDataProtectionProvider protection, ILogger<DataProtectorTokenProvider<Account>> log)
    : DataProtectorTokenProvider<Account>(protection, Microsoft.Extensions.Options.Options.Create(Settings), log)
{
    private static readonly DataProtectionTokenProviderOptions Settings =
        new() { Name = LinkAccount.InvitationProvider, TokenLifespan = AccountLinks.InvitationLifetime };
}
