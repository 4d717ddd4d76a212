using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Components;
using Act = OneTimeSecret.Core.Audit.Act;

namespace OneTimeSecret.Tests.Audit;

/// <summary>What somebody does with his account, and what others try with it, leaves one row each time.</summary>
public sealed class AccountActsTests : IAsyncLifetime
{
    private const string NewPassword = "another long password";

    /// <summary>Where readers are.</summary>
    private const string Here = "127.0.0.1";

    private RunningServer _server = null!;
    private Account _account = null!;

    private static CancellationToken Never => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start();
        _account = await _server.AddAccount();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Signing_in_and_out_leaves_a_row_each()
    {
        Reader reader = null!;
        Assert.Equal(Owners(AuditKind.SignedIn, Here), await _server.Leaves(async () => reader = await _server.SignIn(back: "/")));
        Assert.Equal(
            Owners(AuditKind.SessionEnded, Here), await _server.Leaves(() => reader.SendForm("form[action='/logout']")));
        reader.Dispose();
    }

    [Fact]
    public async Task A_wrong_password_leaves_a_refusal_that_names_the_account_and_never_what_was_typed()
    {
        Assert.Equal(
            Refused(Here) with { Subject = _account.Id.ToString() },
            await _server.Leaves(async () => (await _server.SignIn(password: "wrong password")).Dispose()));
        Assert.Equal(Refused(Here), await _server.Leaves(async () => (await _server.SignIn("nobody@example.com")).Dispose()));
    }

    [Fact]
    public async Task A_wrong_code_leaves_a_refusal_and_the_right_one_signs_in()
    {
        var (owner, key, _) = await _server.AddAccountWithApp("app@example.com");
        using var reader = await _server.SignIn("app@example.com");
        Assert.Equal(
            Refused(Here) with { Subject = owner.Id.ToString() },
            await _server.Leaves(() => reader.SendCode(_server.WrongCode(key))));
        Assert.Equal(AuditKind.SignedIn, (await _server.Leaves(() => reader.SendCode(_server.Code(key)))).Kind);
    }

    [Fact]
    public async Task A_passkey_that_does_not_count_leaves_a_refusal()
    {
        var (_, passkey) = await _server.AddAccountWithPasskey("passkey@example.com", counts: false);
        using var reader = await new Reader(_server).Open("/signin");
        var (options, state) = await reader.Ask();
        Assert.Equal(Refused(Here), await _server.Leaves(() => reader.Answer(state, "{}")));
        // The question is used up.
        Assert.Equal(Refused(Here), await _server.Leaves(() => reader.Answer(state, passkey.Get(options))));
        Assert.Equal(AuditKind.SignedIn, (await _server.Leaves(() => reader.UsePasskey(passkey))).Kind);
    }

    [Fact]
    public async Task Ending_sessions_leaves_a_row_with_their_number()
    {
        foreach (var _ in Enumerable.Range(0, 3))
            (await _server.SignIn(back: "/")).Dispose();
        var sessions = await _server.Get<Sessions>().List(_account.Id, Never);
        Task End(int i) => _server.Get<Sessions>().End(_account.Id, sessions[i].Hash, People.Somewhere, Never);
        Assert.Equal(Owners(AuditKind.SessionEnded), await _server.Leaves(() => End(0)));
        Assert.Empty(await _server.LeavesAll(() => End(0)));
        Assert.Equal(
            Owners(AuditKind.SessionEnded) with { Count = 2 },
            await _server.Leaves(() => _server.Get<Sessions>().EndOthers(_account.Id, [], People.Somewhere, Never)));
    }

    [Fact]
    public async Task A_changed_password_leaves_a_row()
    {
        using var reader = await _server.SignIn(back: "/account/password");
        Assert.Equal(Owners(AuditKind.PasswordChanged, Here), await _server.Leaves(() => reader.Send(("Password", NewPassword))));
    }

    [Fact]
    public async Task A_password_that_is_set_by_a_link_leaves_a_row_once()
    {
        var (_, token) = await _server.With<LinkAccount, (string, string)>(link => link.Run(People.Email, Never));
        Assert.Equal(Owners(AuditKind.PasswordChanged), await _server.Leaves(() => Set(People.Email, token)));
        Assert.Empty(await _server.LeavesAll(() => Set(People.Email, token)));
    }

    [Fact]
    public async Task Whoever_signs_up_leaves_a_row()
    {
        SignUpOutcome? outcome = null;
        var left = await _server.Leaves(async () => outcome = await _server.With<SignUp, SignUpOutcome>(
            signUp => signUp.Run("new@example.com", People.Password, People.Somewhere, Never)));
        Assert.Equal(Of(Assert.IsType<SignUpOutcome.Made>(outcome).AccountId, AuditKind.AccountAdded), left);
    }

    [Fact]
    public async Task Whoever_comes_by_an_invitation_leaves_a_row_when_he_comes()
    {
        var (_, token) = await _server.With<InviteAccount, (string, string)>(invite => invite.Run("guest@example.com", Never));
        var left = await _server.Leaves(() => Set("guest@example.com", token));
        Assert.Equal(Of(left.AccountId!.Value, AuditKind.AccountAdded), left);
        Assert.Equal("guest@example.com", (await _server.Stored(left.AccountId.Value)).Email);
    }

    [Fact]
    public async Task A_changed_address_leaves_a_row()
    {
        const string Address = "new@example.com";
        var token = await _server.With<UserManager<Account>, string>(
            async users => await users.GenerateChangeEmailTokenAsync((await users.FindByIdAsync(_account.Id.ToString()))!, Address));
        var left = await _server.Leaves(() => _server.With<ChangeAddress, bool>(
            change => change.Confirm(_account.Id, Address, token, People.Somewhere, Never)));
        Assert.Equal(Owners(AuditKind.AddressChanged), left);
    }

    [Fact]
    public async Task An_app_leaves_a_row_when_it_comes_and_when_it_goes_and_so_do_new_codes()
    {
        var key = Totp.NewKey();
        var add = _server.Get<AddTotp>();
        Assert.Empty(await _server.LeavesAll(() => add.Run(_account.Id, key, _server.WrongCode(key), People.Somewhere, Never)));
        Assert.Equal(
            Owners(AuditKind.TotpAdded),
            await _server.Leaves(() => add.Run(_account.Id, key, _server.Code(key), People.Somewhere, Never)));
        Assert.Equal(
            Owners(AuditKind.RecoveryCodesMade),
            await _server.Leaves(() => _server.Get<MakeRecoveryCodes>().Run(_account.Id, People.Somewhere, Never)));
        Task Remove() => _server.Get<RemoveTotp>().Run(_account.Id, People.Somewhere, Never);
        Assert.Equal(Owners(AuditKind.TotpRemoved), await _server.Leaves(Remove));
        Assert.Empty(await _server.LeavesAll(Remove));
    }

    [Fact]
    public async Task A_passkey_leaves_a_row_when_it_comes_and_when_it_goes()
    {
        var made = new UserPasskeyInfo([1], [2], default, 0, null, true, false, false, [], []);
        Assert.Equal(
            Owners(AuditKind.PasskeyAdded),
            await _server.Leaves(() => _server.Get<AddPasskey>().Run(_account.Id, made, "key", People.Somewhere, Never)));
        Assert.Equal(
            Owners(AuditKind.PasskeyRemoved),
            await _server.Leaves(() => _server.Get<RemovePasskey>().Run(_account.Id, [1], People.Somewhere, Never)));
    }

    [Fact]
    public async Task A_token_leaves_a_row_when_it_is_made_refused_and_revoked()
    {
        Assert.Equal(
            Owners(AuditKind.TokenMade) with { Detail = "laptop" },
            await _server.Leaves(() => _server.Get<AddToken>().Run(
                _account.Id, "laptop", TokenScopes.All, null, People.Somewhere, Never)));

        using var http = new HttpClient { BaseAddress = _server.Http.BaseAddress };
        http.DefaultRequestHeaders.Authorization = RunningServer.Basic(People.Email, "ots_wrong");
        Assert.Equal(
            new Act(AuditKind.TokenRefused, AuditActor.Anybody, null, Here) { Result = AuditResult.Refused },
            await _server.Leaves(() => http.GetAsync(new Uri("/api/v1/authcheck", UriKind.Relative))));

        await using var db = _server.Database();
        var hash = (await db.ApiTokens.AsNoTracking().SingleAsync()).Hash;
        Task Revoke() => _server.Get<RevokeToken>().Run(_account.Id, hash, People.Somewhere, Never);
        Assert.Equal(Owners(AuditKind.TokenRevoked) with { Detail = "laptop" }, await _server.Leaves(Revoke));
        Assert.Empty(await _server.LeavesAll(Revoke));
    }

    [Fact]
    public async Task A_deleted_account_leaves_a_row_and_its_rows_stay()
    {
        var owner = await _server.StoredOwner();
        await _server.Conceal("value", account: owner);
        Task Delete(string typed) => _server.Get<DeleteAccount>().Run(owner, typed, People.Somewhere, Never);
        Assert.Empty(await _server.LeavesAll(() => Delete("other@example.com")));
        Assert.Equal(Owners(AuditKind.AccountDeleted), await _server.Leaves(() => Delete(People.Email)));
        _server.Clock.Advance(TimeSpan.FromDays(2));
        await _server.Get<PurgeAccounts>().Run(Never);
        Assert.Contains(await _server.Trail(), row => row.Kind == AuditKind.SecretCreated && row.AccountId == _account.Id);
    }

    private Task<SetPasswordOutcome> Set(string email, string token) => _server.With<SetPassword, SetPasswordOutcome>(
        set => set.Run(email, token, NewPassword, People.Somewhere, Never));

    private Act Owners(AuditKind kind, string? client = null) => Of(_account.Id, kind, client);

    private static Act Of(Guid account, AuditKind kind, string? client = null) =>
        new(kind, AuditActor.Account, account, client ?? People.Somewhere.Client) { Subject = account.ToString() };

    private static Act Refused(string client) =>
        new(AuditKind.SignInRefused, AuditActor.Anybody, null, client) { Result = AuditResult.Refused };
}
