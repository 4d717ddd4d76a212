using Microsoft.AspNetCore.Identity;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Accounts.SignUp;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Components;
using OneTimeSecret.Tests.Jobs;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Audit;

/// <summary>Every sign-up, every sign-in and every change of a credential leaves one row.</summary>
public sealed class FactorActsTests : IAsyncLifetime
{
    /// <summary>The client address of readers.</summary>
    private const string Here = "127.0.0.1";

    private RunningServer _server = null!;
    private Guid _account;

    private static CancellationToken Never => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start("--Accounts:SignUp=Open");
        _account = (await _server.AddAccount()).Id;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Wrong_code_is_recorded_as_refused_and_the_right_code_as_signed_in()
    {
        var (owner, key, _) = await _server.AddAccountWithApp("app@example.com");
        using var reader = await _server.SignIn("app@example.com");
        await _server.Leaves(() => reader.SendCode(_server.WrongCode(key)), Refused($"{owner.Id}"));
        await _server.Leaves(
            () => reader.SendCode(_server.Code(key)),
            LeftRow.ByOwner(AuditKind.SignedIn, owner.Id, $"{owner.Id}") with { Client = Here });
    }

    [Fact]
    public async Task Invalid_and_repeated_passkey_answers_are_recorded_as_refused()
    {
        var (owner, passkey) = await _server.AddAccountWithPasskey("passkey@example.com", counts: false);
        using var reader = await new Reader(_server).Open("/signin");
        var (options, state) = await reader.Ask();
        await _server.Leaves(() => reader.Answer(state, "{}"), Refused(null));
        await _server.Leaves(() => reader.Answer(state, passkey.Get(options)), Refused(null));
        await _server.Leaves(
            () => reader.UsePasskey(passkey), LeftRow.ByOwner(AuditKind.SignedIn, owner.Id, $"{owner.Id}") with { Client = Here });
    }

    [Fact]
    public async Task Adding_and_removing_an_authenticator_app_and_making_recovery_codes_are_recorded()
    {
        var (owner, add) = (Totp.NewKey(), _server.Get<AddTotp>());
        var key = owner.Span.ToArray();
        await _server.Leaves(() => add.Run(_account, owner, _server.WrongCode(key), People.Somewhere, Never));
        await Leaves(AuditKind.TotpAdded, () => add.Run(_account, owner, _server.Code(key), People.Somewhere, Never));
        await Leaves(AuditKind.RecoveryCodesMade, () => _server.Get<MakeRecoveryCodes>().Run(_account, People.Somewhere, Never));
        await Leaves(AuditKind.TotpRemoved, () => _server.Get<RemoveTotp>().Run(_account, People.Somewhere, Never));
        await _server.Leaves(() => _server.Get<RemoveTotp>().Run(_account, People.Somewhere, Never));
    }

    [Fact]
    public async Task Adding_and_removing_a_passkey_are_recorded()
    {
        var made = new UserPasskeyInfo([1], [2], default, 0, null, true, false, false, [], []);
        await Leaves(AuditKind.PasskeyAdded, () => _server.Get<AddPasskey>().Run(_account, made, "key", People.Somewhere, Never));
        await Leaves(AuditKind.PasskeyRemoved, () => _server.Get<RemovePasskey>().Run(_account, [1], People.Somewhere, Never));
        await _server.Leaves(() => _server.Get<RemovePasskey>().Run(_account, [1], People.Somewhere, Never));
    }

    [Fact]
    public async Task Password_set_by_a_link_is_recorded_once_for_the_owner()
    {
        var (_, token) = await _server.With<LinkAccount, (string, string)>(link => link.Run(People.Email, Never));
        await Leaves(AuditKind.PasswordChanged, () => Set(People.Email, token));
        await _server.Leaves(() => Set(People.Email, token));
    }

    [Fact]
    public async Task Change_of_address_is_recorded_without_the_address()
    {
        const string Address = "new@example.com";
        var token = await _server.With<UserManager<Account>, string>(
            async users => await users.GenerateChangeEmailTokenAsync((await users.FindByIdAsync($"{_account}"))!, Address));
        Task Change() => _server.With<ConfirmAddress, bool>(
            confirm => confirm.Run(_account, Address, token, People.Somewhere, Never));
        await Leaves(AuditKind.AddressChanged, Change);
        await _server.Leaves(Change);
    }

    [Fact]
    public async Task Sign_up_and_accepted_invitation_are_recorded_as_new_accounts()
    {
        var signedUp = Assert.Single(await _server.Left(() => _server.With<RegisterAccount, SignUpOutcome>(
            signUp => signUp.Run("new@example.com", People.Password, People.Somewhere, Never))));
        await Is(signedUp, "new@example.com");

        var (_, token) = await _server.With<InviteAccount, (string, string)>(invite => invite.Run("guest@example.com", Never));
        await Is(Assert.Single(await _server.Left(() => Set("guest@example.com", token))), "guest@example.com");

        async Task Is(LeftRow left, string email)
        {
            Assert.Equal(LeftRow.ByOwner(AuditKind.AccountAdded, left.Account!.Value, $"{left.Account}"), left);
            Assert.Equal(email, (await _server.Stored(left.Account.Value)).Email);
        }
    }

    private Task<SetPasswordOutcome> Set(string email, string token) => _server.With<SetPassword, SetPasswordOutcome>(
        set => set.Run(email, token, "another long password", People.Somewhere, Never));

    private Task Leaves(AuditKind kind, Func<Task> act) => _server.Leaves(act, LeftRow.ByOwner(kind, _account, $"{_account}"));

    private static LeftRow Refused(string? subject) =>
        LeftRow.ByAnybody(AuditKind.SignInRefused, subject, Here) with { Result = AuditResult.Refused };
}
