using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Tests.Accounts.Administration;

/// <summary>No sequence of operations and no race between them removes the last administrator.</summary>
public sealed class LastAdministratorTests
{
    private const int People = 5;

    private delegate Task Step(RunningServer server, Caller admin, SignedIn target);

    /// <summary>All operations that add or remove administrators. Those that remove are more frequent.</summary>
    private static readonly Step[] Steps =
    [
        (server, admin, target) => server.Suspend(admin, target.Id),
        (server, admin, target) => server.Suspend(admin, target.Id),
        (server, admin, target) => server.Demote(admin, target.Id),
        (server, admin, target) => server.Demote(admin, target.Id),
        (server, _, target) => Unless<AccountException>(() => server.Get<RevokeAdmin>().Run(target.Email, CancellationToken.None)),
        (server, _, target) => Delete(server, target),
        (server, _, target) => Unless<AccountException>(
            () => server.Get<SuspendAccount>().Run(target.Email, null, CancellationToken.None)),
        (server, _, target) => Unless<AccountException>(() => server.Get<DeleteAccount>().Run(target.Email, CancellationToken.None)),
        (server, admin, target) => server.Resume(admin, target.Id),
        (server, admin, target) => server.Promote(admin, target.Id),
        (server, _, target) => Unless<AccountException>(
            () => server.With<GrantAdmin, (int, int)>(grant => grant.Run(target.Email, CancellationToken.None))),
    ];

    [Theory, InlineData(1u), InlineData(2u), InlineData(3u), InlineData(4u)]
    public async Task One_administrator_is_left_after_every_step_of_random_sequences(uint seed)
    {
        await using var server = await RunningServer.Start();
        var people = await AddPeople(server);
        var dice = new Dice(seed);
        for (var i = 0; i < 150; i++)
        {
            await Renew(server, people);
            await Walk(server, people, dice);
            Assert.True(await server.CountAdmins() >= 1, $"no administrator is left after step {i}");
        }
    }

    [Theory, InlineData(5u), InlineData(6u)]
    public async Task One_administrator_is_left_after_random_races(uint seed)
    {
        await using var server = await RunningServer.Start();
        var people = await AddPeople(server);
        var dice = new Dice(seed);
        for (var i = 0; i < 25; i++)
        {
            await Renew(server, people);
            await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Walk(server, people, dice)).ToList());
            Assert.True(await server.CountAdmins() >= 1, $"no administrator is left after race {i}");
        }
    }

    [Fact]
    public async Task One_administrator_is_left_if_all_remove_each_other_at_once()
    {
        await using var server = await RunningServer.Start();
        var people = await AddPeople(server);
        foreach (var person in people[1..])
            await server.With<GrantAdmin, (int, int)>(grant => grant.Run(person.Email, CancellationToken.None));
        Assert.Equal(People, await server.CountAdmins());
        await Verbs.AtOnce(People * People, async i =>
        {
            var (from, to) = (people[i / People], people[i % People]);
            return (i % 3) switch
            {
                0 => await server.Suspend(As(from), to.Id),
                1 => await server.Demote(As(from), to.Id),
                _ => await Delete(server, to) is DeleteOutcome.Deleted ? AdminOutcome.Done : AdminOutcome.LastAdministrator,
            };
        });
        Assert.Equal(1, await server.CountAdmins());
    }

    [Fact]
    public async Task Last_administrator_stays_if_all_others_are_suspended_demoted_or_deleted()
    {
        await using var server = await RunningServer.Start();
        var people = await AddPeople(server);
        var last = As(people[0]);
        foreach (var person in people[1..4])
            Assert.Equal(AdminOutcome.Done, await server.Promote(last, person.Id));
        Assert.Equal(AdminOutcome.Done, await server.Suspend(last, people[1].Id));
        Assert.Equal(AdminOutcome.Done, await server.Demote(last, people[2].Id));
        Assert.IsType<DeleteOutcome.Deleted>(await Delete(server, people[3]));

        Assert.Equal(AdminOutcome.LastAdministrator, await server.Suspend(last, people[0].Id));
        Assert.Equal(AdminOutcome.LastAdministrator, await server.Demote(last, people[0].Id));
        Assert.IsType<DeleteOutcome.LastAdministrator>(await Delete(server, people[0]));
        var refusal = await Assert.ThrowsAsync<AccountException>(
            () => server.Get<RevokeAdmin>().Run(people[0].Email, CancellationToken.None));
        Assert.Contains("make another one first with `admin grant`", refusal.Message, StringComparison.Ordinal);

        Assert.Equal(AdminOutcome.Done, await server.Demote(last, people[1].Id)); // a suspended administrator is never the last one
        Assert.Equal(AdminOutcome.Done, await server.Promote(last, people[4].Id));
        Assert.Equal(AdminOutcome.Done, await server.Demote(last, people[0].Id)); // allowed, because there is another administrator now
        Assert.Equal(AdminOutcome.NotAdministrator, await server.Demote(last, people[4].Id));
        Assert.Equal(1, await server.CountAdmins());
    }

    private static Task Walk(RunningServer server, SignedIn[] people, Dice dice)
    {
        var (admin, target) = (people[dice.Next(People)], people[dice.Next(People)]);
        return Steps[dice.Next(Steps.Length)](server, As(admin), target);
    }

    private static Caller As(SignedIn account) => new(AdminAccounts.Client, account);

    private static Task<DeleteOutcome> Delete(RunningServer server, SignedIn target) =>
        server.Get<DeleteAccount>().Run(target, target.Email, Accounts.People.Somewhere, CancellationToken.None);

    private static async Task Unless<T>(Func<Task> run)
        where T : Exception
    {
        try
        {
            await run();
        }
        catch (T)
        {
            // A refusal is a valid outcome.
        }
    }

    /// <summary>Adds accounts without passwords, because hashing is slow. The first account is an administrator.</summary>
    private static async Task<SignedIn[]> AddPeople(RunningServer server)
    {
        var people = new SignedIn[People];
        for (var i = 0; i < People; i++)
            people[i] = await AddPerson(server, i);
        await server.With<GrantAdmin, (int, int)>(grant => grant.Run(people[0].Email, CancellationToken.None));
        return people;
    }

    private static async Task<SignedIn> AddPerson(RunningServer server, int number)
    {
        var email = $"person{number}@example.com";
        var account = new Account
        {
            Id = Guid.NewGuid(), Email = email, UserName = email, NormalizedEmail = email.ToUpperInvariant(),
            NormalizedUserName = email.ToUpperInvariant(), EmailConfirmed = true, SecurityStamp = "first",
            Created = server.Clock.GetUtcNow(),
        };
        await using var db = server.Database();
        db.Add(account);
        await db.SaveChangesAsync();
        return new SignedIn(account.Id, email, MayMail: true, TokenScopes.All);
    }

    /// <summary>Replaces deleted accounts by new ones.</summary>
    private static async Task Renew(RunningServer server, SignedIn[] people)
    {
        await using var db = server.Database();
        for (var i = 0; i < People; i++)
            if (!await db.Users.AnyAsync(a => a.Id == people[i].Id && a.Deleted == null))
                people[i] = await AddPerson(server, i);
    }

    /// <summary>Returns the same numbers for the same seed, so that a failure can be reproduced.</summary>
    private sealed class Dice(uint seed)
    {
        private uint _state = seed * 2654435761;

        public int Next(int below) => (int)((_state = (_state * 1664525) + 1013904223) >> 8) % below;
    }
}
