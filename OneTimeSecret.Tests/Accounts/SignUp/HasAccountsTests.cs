using OneTimeSecret.Core.Accounts.SignUp;
using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Tests.Accounts.SignUp;

public sealed class HasAccountsTests
{
    [Fact]
    public async Task Pending_account_does_not_count_as_an_account()
    {
        await using var server = await RunningServer.Start(People.Mails);
        Assert.False(await Run());
        await server.With<RegisterAccount, SignUpOutcome>(
            signUp => signUp.Run("new@example.com", People.Somewhere, CancellationToken.None));
        Assert.Equal("new@example.com", (await server.Letter<PasswordLinkMail>()).To); // the account is pending
        Assert.False(await Run());
        await server.AddAccount();
        Assert.True(await Run());

        Task<bool> Run() => server.Get<HasAccounts>().Run(CancellationToken.None);
    }
}
