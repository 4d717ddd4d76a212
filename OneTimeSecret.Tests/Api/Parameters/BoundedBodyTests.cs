using System.Security.Cryptography;
using OneTimeSecret.Web.Api.Parameters;

namespace OneTimeSecret.Tests.Api.Parameters;

public sealed class BoundedBodyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(60_000)]
    public async Task A_body_of_exactly_the_limit_fits_and_one_byte_more_does_not(int limit)
    {
        var bytes = RandomNumberGenerator.GetBytes(limit + 1);

        using var fitting = new BoundedBody(limit);
        Assert.True(await fitting.FillAsync(new MemoryStream(bytes, 0, limit), Token));
        Assert.Equal(bytes.AsSpan(0, limit), fitting.Bytes);

        using var exceeding = new BoundedBody(limit);
        Assert.False(await exceeding.FillAsync(new MemoryStream(bytes), Token));
    }

    [Fact]
    public async Task A_body_that_arrives_byte_by_byte_is_read_to_its_end()
    {
        var bytes = RandomNumberGenerator.GetBytes(9000);
        using var body = new BoundedBody(9000);

        Assert.True(await body.FillAsync(new SlowStream(bytes), Token));

        Assert.Equal(bytes, body.Bytes);
    }

    [Fact]
    public async Task No_more_than_one_byte_beyond_the_limit_is_read()
    {
        var endless = new MemoryStream(new byte[1000]);
        using var body = new BoundedBody(100);

        Assert.False(await body.FillAsync(endless, Token));

        Assert.Equal(101, endless.Position);
    }

    [Fact]
    public async Task Disposing_clears_the_bytes()
    {
        var body = new BoundedBody(10_000);
        await body.FillAsync(new MemoryStream(RandomNumberGenerator.GetBytes(10_000)), Token);

        var bytes = body.Bytes;
        body.Dispose();

        Assert.False(bytes.ContainsAnyExcept((byte)0));
    }
}
