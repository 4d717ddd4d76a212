using Microsoft.Extensions.Logging;
using OneTimeSecret.Web.Logging;

namespace OneTimeSecret.Tests.Logging;

/// <summary>All logged errors are counted and nothing else. Their text is not kept.</summary>
public sealed class ErrorCountTests
{
    [Theory, InlineData(), InlineData("--Logging:LogLevel:Default=None"), InlineData("--Logging:LogLevel:Default=Trace")]
    public async Task Errors_are_counted_whatever_the_configured_log_level(params string[] settings)
    {
        await using var server = await RunningServer.Start(settings);
        var (errors, log) = (server.Get<ErrorCount>(), server.Get<ILoggerFactory>().CreateLogger("OneTimeSecret.Something"));
        Assert.Equal((0, 0, null), (errors.SinceStart, errors.LastHour, errors.Last));
        foreach (var level in (LogLevel[])[LogLevel.Trace, LogLevel.Information, LogLevel.Warning, LogLevel.Error, LogLevel.Critical])
            log.Log(level, "something happened");
        Assert.Equal((2, 2, server.Clock.GetUtcNow()), (errors.SinceStart, errors.LastHour, errors.Last));
    }

    [Fact]
    public async Task Errors_leave_the_count_of_the_last_hour_after_an_hour()
    {
        await using var server = await RunningServer.Start();
        var (errors, log) = (server.Get<ErrorCount>(), server.Get<ILoggerFactory>().CreateLogger("any"));
        var counts = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            log.LogError("something failed");
            counts.Add(errors.LastHour);
            server.Clock.Advance(TimeSpan.FromMinutes(25));
        }
        Assert.Equal([1, 2, 3, 3, 3], counts);
        server.Clock.Advance(TimeSpan.FromMinutes(36));
        Assert.Equal((0, 5L), (errors.LastHour, errors.SinceStart));
    }

    [Fact]
    public async Task A_failed_request_counts_as_one_error()
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Conceal("a value");
        await server.Damage();
        using var answer = await server.Post($"/api/v1/secret/{key.Text}");
        Assert.Equal((500, 1L), ((int)answer.StatusCode, server.Get<ErrorCount>().SinceStart));
    }
}
