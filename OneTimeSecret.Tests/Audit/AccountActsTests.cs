using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Accounts.SignUp;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Banner;
using OneTimeSecret.Core.Networks;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Accounts.SignIn;
using static OneTimeSecret.Core.Audit.AuditKind;

namespace OneTimeSecret.Tests.Audit;

/// <summary>Every act on accounts, and every act of administrators and of the operator, leaves one row that names who did it.</summary>
public sealed class AccountActsTests : IAsyncLifetime
{
    private const string Local = "127.0.0.1";

    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Sign_in_and_sign_out_are_recorded_for_the_owner()
    {
        var id = (await _server.AddAccount()).Id;
        using var reader = new Components.Reader(_server);
        await _server.Leaves(() => reader.SignIn(back: "/"), LeftRow.ByOwner(AuditKind.SignedIn, id, $"{id}") with { Client = Local });
        Assert.True(reader.IsSignedIn());
        await _server.Leaves(() => reader.Open("/account"));
        await _server.Leaves(
            () => reader.SendForm("form[action='/logout']"), LeftRow.ByOwner(SessionEnded, id, $"{id}") with { Client = Local });
    }

    [Fact]
    public async Task Wrong_passwords_are_counted_by_client_and_account()
    {
        var id = (await _server.AddAccount()).Id;
        await _server.Leaves(
            async () =>
            {
                foreach (var wrong in (string[])["wrong password", "another wrong one"])
                    await _server.Try(wrong);
                await _server.Try("wrong password", client: "203.0.113.6");
                await _server.Try("wrong password", "nobody@example.com");
            },
            Refused(SignInRefused, "203.0.113.5", $"{id}", 2),
            Refused(SignInRefused, "203.0.113.6", $"{id}", 1),
            Refused(SignInRefused, "203.0.113.5", null, 1));
        await _server.Leaves(() => _server.Try(People.Password)); // the right password leaves a row when it opens a session
        await _server.Suspend(await _server.AddAdmin(), id);
        await _server.Leaves(() => _server.Try(People.Password), Refused(SignInRefused, "203.0.113.5", $"{id}", 1));
    }

    [Fact]
    public async Task Sessions_ended_by_their_owner_are_recorded_with_their_number()
    {
        var id = (await _server.AddAccount()).Id;
        for (var i = 0; i < 4; i++)
            await _server.Device(id);
        var (sessions, open) = (_server.Get<AccountSessions>(), await _server.Get<AccountSessions>().List(id, CancellationToken.None));
        await _server.Leaves(
            () => sessions.End(id, open[0].Hash, People.Somewhere, CancellationToken.None), LeftRow.ByOwner(SessionEnded, id, $"{id}"));
        await _server.Leaves(() => sessions.End(id, open[0].Hash, People.Somewhere, CancellationToken.None));
        await _server.Leaves(
            () => sessions.EndOthers(id, open[1].Hash, People.Somewhere, CancellationToken.None),
            LeftRow.ByOwner(SessionEnded, id, $"{id}") with { Count = 2 });
        await _server.Leaves(() => sessions.EndOthers(id, open[1].Hash, People.Somewhere, CancellationToken.None));
    }

    [Fact]
    public async Task Password_change_and_account_deletion_are_recorded_for_the_owner()
    {
        var owner = await _server.SignedIn(People.Email);
        await _server.Leaves(() => Change("short"));
        await _server.Leaves(() => Change("another long password"), LeftRow.ByOwner(PasswordChanged, owner.Id, $"{owner.Id}"));
        await _server.Leaves(
            () => _server.Get<DeleteAccount>().Run(owner, owner.Email, People.Somewhere, CancellationToken.None),
            LeftRow.ByOwner(AccountDeleted, owner.Id, $"{owner.Id}"));

        Task<ChangePasswordOutcome> Change(string password) => _server.With<ChangePassword, ChangePasswordOutcome>(
            change => change.Run(
                new OpenedSession(owner, [1], default, IsAdmin: false, LacksFactor: false), password, People.Somewhere, default));
    }

    [Fact]
    public async Task Creating_and_revoking_a_token_records_its_name_and_who_did_it()
    {
        var (id, add, revoke) = ((await _server.AddAccount()).Id, _server.Get<AddToken>(), _server.Get<RevokeToken>());
        await _server.Leaves(
            () => add.Run(id, "laptop", TokenScopes.All, null, People.Somewhere, CancellationToken.None),
            LeftRow.ByOwner(TokenMade, id, $"{id}", "laptop"));
        await _server.Leaves(() => add.Run(id, "laptop", TokenScopes.All, null, People.Somewhere, CancellationToken.None)); // name taken
        await _server.Leaves(
            () => add.Run(People.Email, "robot", TokenScopes.All, null, CancellationToken.None),
            LeftRow.ByOperator(TokenMade, $"{id}", "robot"));
        await using var db = _server.Database();
        var hash = db.ApiTokens.Single(token => token.Name == "laptop").Hash;
        await _server.Leaves(
            () => revoke.Run(id, hash, People.Somewhere, CancellationToken.None), LeftRow.ByOwner(TokenRevoked, id, $"{id}", "laptop"));
        await _server.Leaves(() => revoke.Run(id, hash, People.Somewhere, CancellationToken.None));
        await _server.Leaves(
            () => revoke.Run(People.Email, "robot", CancellationToken.None), LeftRow.ByOperator(TokenRevoked, $"{id}", "robot"));
        await _server.Leaves(
            () => Assert.ThrowsAsync<AccountException>(() => revoke.Run(People.Email, "robot", CancellationToken.None)));
    }

    [Fact]
    public async Task Refused_API_credentials_are_counted_in_the_audit_trail()
    {
        await _server.AddAccount();
        using var http = new HttpClient { BaseAddress = _server.Http.BaseAddress };
        http.DefaultRequestHeaders.Authorization = RunningServer.Basic(People.Email, "ots_wrong");
        await _server.Leaves(
            async () =>
            {
                for (var i = 0; i < 3; i++)
                {
                    using var answer = await RunningServer.Post(http, "/api/v1/share", ("secret", "value"));
                    Assert.False(answer.IsSuccessStatusCode);
                }
            },
            Refused(TokenRefused, Local, null, 3));
    }

    [Fact]
    public async Task Acts_of_the_operator_on_accounts_are_recorded_for_the_operator()
    {
        var none = CancellationToken.None;
        var id = Guid.Empty;
        var left = await _server.Left(async () => id = (await _server.AddAccount()).Id);
        Assert.Equal([LeftRow.ByOperator(AccountAdded, $"{id}")], left);
        await _server.Leaves(() => Assert.ThrowsAsync<AccountException>(() => _server.AddAccount()));
        await _server.Leaves(
            () => _server.With<LinkAccount, (string, string)>(link => link.Run(People.Email, none)),
            LeftRow.ByOperator(PasswordLinkMade, $"{id}"));
        var invited = Assert.Single(await _server.Left(
            () => _server.With<InviteAccount, (string, string)>(invite => invite.Run("new@example.com", none))));
        await using var db = _server.Database();
        Assert.Equal(
            LeftRow.ByOperator(PasswordLinkMade, $"{db.Users.Single(account => account.Email == "new@example.com").Id}"), invited);
        await _server.Leaves(
            () => _server.With<GrantAdmin, (int, int)>(grant => grant.Run(People.Email, none)), LeftRow.ByOperator(AdminGranted, $"{id}"));
        await _server.Leaves(() => Assert.ThrowsAsync<AccountException>(() => _server.Get<RevokeAdmin>().Run(People.Email, none)));
        await _server.AddAdmin();
        await _server.Leaves(() => _server.Get<RevokeAdmin>().Run(People.Email, none), LeftRow.ByOperator(AdminRevoked, $"{id}"));
    }

    [Fact]
    public async Task Suspending_resuming_resetting_and_deleting_by_the_operator_are_recorded_for_the_operator()
    {
        var none = CancellationToken.None;
        var (id, admin) = ((await _server.AddAccount()).Id, (await _server.AddAdmin()).Account!);
        await _server.AddApp(id);
        await Leaves(FactorsReset, null, () => _server.Get<ResetFactors>().Run(People.Email, none));
        await Leaves(AccountSuspended, "sent spam", () => _server.Get<SuspendAccount>().Run(People.Email, "sent spam", none));
        await Leaves(AccountResumed, null, () => _server.Get<ResumeAccount>().Run(People.Email, none));
        await Leaves(AccountSuspended, null, () => _server.Get<SuspendAccount>().Run(People.Email, null, none));
        await _server.Leaves(
            () => Assert.ThrowsAsync<AccountException>(() => _server.Get<SuspendAccount>().Run(People.Email, null, none)));
        await Leaves(AccountDeleted, null, () => _server.Get<DeleteAccount>().Run(People.Email, none));
        await _server.Leaves(
            () => Assert.ThrowsAsync<AccountException>(() => _server.Get<SuspendAccount>().Run(admin.Email, "spam", none)),
            LeftRow.ByOperator(AccountSuspended, $"{admin.Id}", "spam") with { Result = AuditResult.Refused });

        Task Leaves(AuditKind kind, string? detail, Func<Task> act) =>
            _server.Leaves(act, LeftRow.ByOperator(kind, $"{id}", detail));
    }

    [Fact]
    public async Task Acts_of_an_administrator_on_accounts_are_recorded_for_that_administrator()
    {
        var admin = await _server.AddAdmin();
        var (by, id, none) = (admin.Account!.Id, (await _server.AddAccount()).Id, CancellationToken.None);
        await Leaves(AdminGranted, null, () => _server.Promote(admin, id));
        await Leaves(AdminRevoked, null, () => _server.Demote(admin, id));
        await Leaves(AccountSuspended, "sent spam", () => _server.Suspend(admin, id));
        await _server.Leaves(() => _server.Suspend(admin, id)); // is suspended already
        await Leaves(AccountResumed, null, () => _server.Resume(admin, id));
        await Leaves(AccountLimited, "requests=5 mails=default", () => _server.Get<LimitAccount>().Run(admin, id, 5, null, none));
        await Leaves(FactorDemanded, "demanded", () => _server.Get<DemandFactor>().Run(admin, id, true, none));
        await Leaves(FactorDemanded, "not demanded", () => _server.Get<DemandFactor>().Run(admin, id, false, none));
        await _server.Leaves(
            () => _server.Demote(admin, by),
            LeftRow.ByAdmin(AdminRevoked, by, $"{by}") with { Result = AuditResult.Refused }); // the last administrator
        await _server.Leaves(() => _server.Suspend(Verbs.Somebody, id));

        Task Leaves(AuditKind kind, string? detail, Func<Task<AdminOutcome>> act) => _server.Leaves(
            async () => Assert.Equal(AdminOutcome.Done, await act()), LeftRow.ByAdmin(kind, by, $"{id}", detail));
    }

    [Fact]
    public async Task Network_blocks_and_banner_changes_are_recorded_with_the_network_and_the_text()
    {
        var (admin, none) = (await _server.AddAdmin(), CancellationToken.None);
        var (by, block, unblock) = (admin.Account!.Id, _server.Get<BlockNetwork>(), _server.Get<UnblockNetwork>());
        await _server.Leaves(
            () => block.Run(admin, "203.0.113.0/24", "abuse", null, none), LeftRow.ByAdmin(NetworkBlocked, by, "203.0.113.0/24", "abuse"));
        await _server.Leaves(() => block.Run(admin, "nonsense", "abuse", null, none));
        await _server.Leaves(
            () => unblock.Run(admin, "203.0.113.0/24", none), LeftRow.ByAdmin(NetworkUnblocked, by, "203.0.113.0/24"));
        await _server.Leaves(() => unblock.Run(admin, "203.0.113.0/24", none));
        await block.Run(admin, Local, "abuse", null, none);
        await _server.Leaves(
            async () =>
            {
                for (var i = 0; i < 4; i++)
                {
                    using var answer = await _server.Http.GetAsync(new Uri("/", UriKind.Relative));
                    Assert.Equal(403, (int)answer.StatusCode);
                }
            },
            Refused(RequestsBlocked, Local + "/32", Local + "/32", 4));
        await _server.Leaves(() => unblock.Run(Local, none), LeftRow.ByOperator(NetworkUnblocked, Local + "/32"));
        await _server.Leaves(
            () => _server.Get<SetBanner>().Run(admin, "Down at noon", null, none),
            LeftRow.ByAdmin(BannerSet, by, "banner", "Down at noon"));
        await _server.Leaves(
            () => _server.Get<SetBanner>().Run(admin, null, null, none), LeftRow.ByAdmin(BannerSet, by, "banner"));
    }

    private static LeftRow Refused(AuditKind kind, string? client, string? subject, int count) =>
        LeftRow.ByAnybody(kind, subject) with { Client = client, Count = count, Result = AuditResult.Refused };
}
