using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Generations;
using OneTimeSecret.Core.Storage.Sqlite;
using OneTimeSecret.Tests.Copies;

namespace OneTimeSecret.Tests.Generations;

/// <summary>The generation tells an older copy from the current database, and never refuses the current one.</summary>
public sealed class GenerationCountTests : IDisposable
{
    private readonly Yesterday _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Claim_is_in_the_file_before_the_caller_learns_of_it_and_a_create_needs_no_write()
    {
        await _data.Served(async server =>
        {
            var (key, _) = await server.Conceal("value");
            Assert.Equal(0, Line().Number);
            Assert.Equal("value", (await server.TryReveal(key)).Value());
            Assert.Equal((1, 1), (Line().Number, await Number(server))); // no time passed, so nothing but the commit wrote it
        });
        Assert.Null(await _data.Refusal());
    }

    [Theory]
    [InlineData(-1, null), InlineData(0, null), InlineData(1, "is an older copy")]
    public async Task Only_a_file_that_is_newer_than_the_database_refuses_it(int newer, string? refusal)
    {
        await Claimed();
        var line = Line();
        await File.WriteAllTextAsync(_data.Head, (line with { Number = line.Number + newer }).ToString());
        await Finds(refusal);
        Assert.Equal(line.Number + Math.Max(0, newer), Line().Number); // what a power cut took from the file is written again
    }

    [Theory]
    [InlineData("", "is missing or holds something else")]
    [InlineData("generation database=00000000000000000000000000000000 number=12\n", "is missing or holds something else")]
    [InlineData("generation database=00000000000000000000000000000000 number=0000000000000000000\n", "belongs to another database")]
    [InlineData(null, "is missing or holds something else")]
    public async Task File_of_another_database_and_no_file_prove_nothing_so_they_refuse_too(string? text, string refusal)
    {
        await Claimed();
        if (text is null)
            File.Delete(_data.Head);
        else
            await File.WriteAllTextAsync(_data.Head, text);
        await Finds(refusal);
    }

    [Theory]
    [InlineData(null, null), InlineData(0, null), InlineData(1, "is an older copy")]
    public async Task Database_of_an_older_version_starts_unless_a_later_one_was_here(int? number, string? refusal)
    {
        await Claimed();
        await _data.Served(async server =>
        {
            await using var db = server.Database();
            await db.Generations.ExecuteDeleteAsync();
        });
        if (number is { } left)
            await File.WriteAllTextAsync(_data.Head, new GenerationLine(Guid.NewGuid(), left).ToString());
        else
            File.Delete(_data.Head);
        await Finds(refusal);
    }

    [Fact]
    public async Task Claim_of_a_server_while_a_verb_compares_does_not_make_the_database_look_like_a_copy()
    {
        await Claimed();
        var claims = new Claims(() => File.WriteAllText(_data.Head, (Line() with { Number = Line().Number + 1 }).ToString()));
        await using var verb = await RunningServer.Start(
            _data.Folder, builder => builder.Services.ConfigureDbContext<SqliteOtsDbContext>(options => options.AddInterceptors(claims)));
        Assert.True(claims.Count > 0);
        Assert.Null(verb.Get<GenerationCount>().Refusal);
    }

    [Fact]
    public async Task Write_of_the_file_that_fails_stops_nothing_and_is_made_up_for_later()
    {
        await _data.Served(async server =>
        {
            var away = _data.Head + ".away";
            File.Move(_data.Head, away);
            Directory.CreateDirectory(_data.Head);
            Assert.Equal("value", (await server.TryReveal((await server.Conceal("value")).Key)).Value());
            Directory.Delete(_data.Head);
            File.Move(away, _data.Head);
            Assert.Equal(0, Line().Number);
            server.Clock.Advance(GenerationWatch.Interval);
            await Verbs.Until(() => Line().Number == 1);
        });
    }

    [Fact]
    public async Task File_can_be_on_another_volume()
    {
        var elsewhere = Path.Combine(_data.Folder, "elsewhere");
        await _data.Served(
            async server => Assert.NotNull((await server.TryReveal((await server.Conceal("value")).Key)).Value()),
            $"--Storage:GenerationFile={elsewhere}");
        Assert.Contains("number=0000000000000000001\n", await File.ReadAllTextAsync(elsewhere), StringComparison.Ordinal);
        Assert.False(File.Exists(_data.Head));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(elsewhere));
    }

    private async Task Claimed() => await _data.Served(async server =>
    {
        for (var i = 0; i < 2; i++)
            await server.TryReveal((await server.Conceal("value")).Key);
    });

    private async Task Finds(string? refusal)
    {
        var found = (await _data.Refusal())?.Message;
        if (refusal is null)
            Assert.Null(found);
        else
            Assert.Contains(refusal, found, StringComparison.Ordinal);
    }

    private GenerationLine Line() => GenerationLine.Parse(File.ReadAllText(_data.Head))!;

    private static async Task<long> Number(RunningServer server)
    {
        await using var db = server.Database();
        return await db.Generations.Select(g => g.Number).SingleAsync();
    }

    /// <summary>Does what a server does that commits a claim right after this process has read the generation.</summary>
    private sealed class Claims(Action claim) : DbCommandInterceptor
    {
        public int Count { get; private set; }

        public override ValueTask<DbDataReader> ReaderExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            if (command.CommandText.Contains("FROM \"Generations\"", StringComparison.Ordinal))
            {
                Count++;
                claim();
            }
            return ValueTask.FromResult(result);
        }
    }
}
