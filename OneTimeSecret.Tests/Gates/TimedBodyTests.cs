using System.IO.Pipelines;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using OneTimeSecret.Web.Gates;

namespace OneTimeSecret.Tests.Gates;

public sealed class TimedBodyTests
{
    [Fact]
    public async Task A_body_is_read_as_it_was_sent_until_its_deadline()
    {
        using var deadline = new CancellationTokenSource();
        var sent = RandomNumberGenerator.GetBytes(20_000);
        var pipe = new Pipe(); // as the server's own, it takes its memory back as soon as that was read
        await pipe.Writer.WriteAsync(sent);
        await pipe.Writer.CompleteAsync();
        await using var body = new TimedBody(pipe.Reader, deadline.Token);
        using var read = new MemoryStream();
        await body.CopyToAsync(read, bufferSize: 5000);
        Assert.Equal(sent, read.ToArray());
        Assert.False(body.IsLate);

        await deadline.CancelAsync();
        var late = await Assert.ThrowsAsync<BadHttpRequestException>(() => body.CopyToAsync(read));
        Assert.Equal((408, true), (late.StatusCode, body.IsLate));
    }

    [Fact]
    public async Task A_sender_that_the_server_finds_too_slow_is_late_and_one_that_breaks_off_is_not()
    {
        foreach (var (status, isLate) in new[] { (408, true), (400, false) })
        {
            await using var body = Body(new Failing(new BadHttpRequestException("refused", status)));
            Assert.Equal(status, (await Assert.ThrowsAsync<BadHttpRequestException>(() => Read(body, CancellationToken.None))).StatusCode);
            Assert.Equal(isLate, body.IsLate);
        }
    }

    [Fact]
    public async Task A_cancelled_request_is_not_late()
    {
        using var left = new CancellationTokenSource();
        await left.CancelAsync();
        await using var body = Body(new MemoryStream());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Read(body, left.Token));
        Assert.False(body.IsLate);
    }

    private static TimedBody Body(Stream sent) => new(PipeReader.Create(sent), CancellationToken.None);

    private static Task<int> Read(Stream body, CancellationToken cancellation) => body.ReadAsync(new byte[1], cancellation).AsTask();

    private sealed class Failing(Exception failure) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException<int>(failure);
    }
}
