using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Generations;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Tests.Accounts;

namespace OneTimeSecret.Tests.Storage;

/// <summary>Every change that an older copy would undo raises the generation, whichever verb makes it.</summary>
public sealed class WriteGuardTests
{
    [Fact]
    public async Task Every_change_of_every_table_raises_the_generation_except_what_is_listed()
    {
        await using var server = await RunningServer.Start();
        await using var db = server.Database();
        var tables = db.Model.GetEntityTypes().Select(type => type.GetTableName()!).Distinct(StringComparer.Ordinal).ToList();
        Assert.Contains("ApiTokens", tables, StringComparer.Ordinal);
        Assert.Equal(
            ["AuditAnchors", "AuditEvents", "Clocks", "DayCounts", "Generations", "JobRuns", "KeyChecks", "SignInTries"],
            tables.Where(table => !WriteGuard.Raises($"DELETE FROM \"{table}\" AS \"t\"")).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        Assert.Equal(
            ["DataProtectionKeys", "KeptAnswers", "Mails", "Outbox", "Receipts", "Secrets", "Sessions"],
            tables.Where(table => WriteGuard.Raises($"UPDATE \"{table}\" SET") && !WriteGuard.Raises($"INSERT INTO \"{table}\" ("))
                .Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("INSERT INTO \"Secrets\" (\"Id\") VALUES (1);\nDELETE FROM \"Sessions\";", true)]
    [InlineData("-- why\nINSERT INTO \"Secrets\" (\"Id\") VALUES (1)", false)]
    [InlineData("WITH one AS (SELECT 1) UPDATE \"Receipts\" SET \"State\" = 2", true)]
    [InlineData("UPDATE of_an_unknown_form SET x = 1", true)]
    [InlineData("SELECT 1 FROM \"Secrets\"", false)]
    public void Statements_of_several_or_unknown_changes_count_if_one_of_them_does(string statement, bool raises) =>
        Assert.Equal(raises, WriteGuard.Raises(statement));

    [Fact]
    public async Task Claims_and_ended_credentials_raise_the_generation_and_what_changes_nothing_does_not()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var reader = await server.SignIn();
        var (revealed, _) = await server.Conceal("value");
        var (_, burned) = await server.Conceal("value");
        await server.Get<AddToken>().Run(People.Email, "laptop", TokenScopes.All, null, CancellationToken.None);
        var owner = await server.StoredOwner();

        await Raises(server, 1, () => server.TryReveal(revealed));
        await Raises(server, 0, () => server.TryReveal(revealed));
        await Raises(server, 1, () => server.TryBurn(burned));
        await Raises(server, 1, () => server.Get<RevokeToken>().Run(People.Email, "laptop", CancellationToken.None));
        await Raises(server, 1, () => server.Get<AccountSessions>().EndOthers(owner.Id, [], People.Somewhere, CancellationToken.None));
        await Raises(server, 0, () => server.Get<AccountSessions>().EndOthers(owner.Id, [], People.Somewhere, CancellationToken.None));
        await Raises(server, 0, () => server.Conceal("value"));
    }

    private static async Task Raises(RunningServer server, int by, Func<Task> act)
    {
        var before = await Number(server);
        await act();
        Assert.Equal(by, await Number(server) - before);
    }

    private static async Task<long> Number(RunningServer server)
    {
        await using var db = server.Database();
        return await db.Generations.Select(g => g.Number).SingleAsync();
    }
}
