using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Web.Accounts;
using OneTimeSecret.Web.Circuits;

namespace OneTimeSecret.Tests.Administration;

/// <summary>A circuit of the administrators' pages verifies its administrator at each call.</summary>
public sealed class CircuitAdministratorTests
{
    private const string Inside = "192.0.2.7";

    [Theory]
    [InlineData(Inside, Inside)]
    [InlineData("::ffff:192.0.2.7", Inside)]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("198.51.100.1", null), InlineData("2001:db9::1", null), InlineData(null, null)]
    public async Task Administrator_is_recognized_only_from_an_allowed_network(string? address, string? client)
    {
        await using var server = await RunningServer.Start("--Admin:Networks=192.0.2.0/24,2001:db8::/32");
        var admin = await server.AddAdmin();
        await using var circuit = await Circuit.Begin(server, admin.Account!.Id, address);
        Assert.Equal(client, (await circuit.Session.Administrator())?.Client);
        Assert.Equal(admin.Account!.Id, (await circuit.Session.Account())?.Id);
    }

    [Fact]
    public async Task Circuit_has_no_administrator_once_the_user_is_demoted_suspended_or_signed_out()
    {
        await using var server = await RunningServer.Start();
        await server.AddAdmin("another@example.com");
        foreach (var (end, stays) in new (Func<OneTimeSecret.Core.Storage.OtsDbContext, Guid, Task<int>>, bool)[]
        {
            ((db, id) => db.UserRoles.Where(role => role.UserId == id).ExecuteDeleteAsync(), true),
            ((db, id) => db.Sessions.Where(session => session.AccountId == id).ExecuteDeleteAsync(), false),
            ((db, id) => db.Users.Where(a => a.Id == id).ExecuteUpdateAsync(
                set => set.SetProperty(a => a.Suspended, server.Clock.GetUtcNow())), false),
        })
        {
            var admin = (await server.AddAdmin($"{Guid.NewGuid():N}@example.com")).Account!.Id;
            await using var circuit = await Circuit.Begin(server, admin, Inside);
            Assert.NotNull(await circuit.Session.Administrator());
            await using var db = server.Database();
            Assert.Equal(1, await end(db, admin));
            Assert.Null(await circuit.Session.Administrator());
            Assert.Equal(stays, await circuit.Session.Account() is not null);
        }
    }

    [Fact]
    public async Task Circuit_of_an_ordinary_account_has_no_administrator()
    {
        await using var server = await RunningServer.Start();
        await using var circuit = await Circuit.Begin(server, (await server.AddAccount()).Id, Inside);
        Assert.NotNull(await circuit.Session.Account());
        Assert.False(circuit.Session.IsAdministration);
        Assert.Null(await circuit.Session.Administrator());
        Assert.True(circuit.Session.IsAdministration);
    }

    /// <summary>The parts of a circuit that the session needs: the principal of the connection, and the service scope.</summary>
    private sealed class Circuit(AsyncServiceScope scope) : IAsyncDisposable
    {
        public CircuitSession Session => scope.ServiceProvider.GetRequiredService<CircuitSession>();

        public static async Task<Circuit> Begin(RunningServer server, Guid account, string? address)
        {
            var opened = await server.Get<OpenSession>().Run(
                account, stamp: null, People.Somewhere, stays: false, [], CancellationToken.None);
            var request = new DefaultHttpContext { Connection = { RemoteIpAddress = address is null ? null : IPAddress.Parse(address) } };
            var user = SessionCookie.Principal(account, opened!.Id);
            user.AddIdentity(ClientClaim.Of(request));
            var scope = server.Get<IServiceScopeFactory>().CreateAsyncScope();
            ((IHostEnvironmentAuthenticationStateProvider)scope.ServiceProvider.GetRequiredService<AuthenticationStateProvider>())
                .SetAuthenticationState(Task.FromResult(new AuthenticationState(new ClaimsPrincipal(user))));
            return new Circuit(scope);
        }

        public ValueTask DisposeAsync() => scope.DisposeAsync();
    }
}
