using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Tests.Crypto;

public sealed class SecretBytesTests
{
    [Fact]
    public void Disposing_clears_the_bytes()
    {
        var array = "hush"u8.ToArray();
        var owner = new SecretBytes(array);
        var lent = owner.Memory;
        Assert.Equal("hush"u8, owner.Span);
        owner.Dispose();
        Assert.Equal(new byte[4], array);
        Assert.Equal(new byte[4], lent.ToArray());
    }

    [Fact]
    public void Disposed_bytes_cannot_be_read()
    {
        var owner = SecretBytes.Utf8("hush");
        owner.Dispose();
        Assert.Throws<ObjectDisposedException>(() => owner.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => owner.Memory.Length);
        Assert.Throws<ObjectDisposedException>(() => owner.Length);
    }

    [Fact]
    public void Disposing_twice_does_no_harm()
    {
        var owner = new SecretBytes(4);
        owner.Dispose();
        owner.Dispose();
    }

    [Fact]
    public void New_bytes_are_zeros_and_can_be_filled()
    {
        using var owner = new SecretBytes(2);
        Assert.Equal(new byte[2], owner.Span);
        owner.Span[1] = 7;
        Assert.Equal([0, 7], owner.Memory.ToArray());
    }

    [Fact]
    public void A_copy_is_cleared_and_its_source_is_not()
    {
        var source = "hush"u8.ToArray();
        SecretBytes.Copy(source).Dispose();
        Assert.Equal("hush"u8, source);
    }

    [Fact]
    public void Text_becomes_UTF_8()
    {
        using var owner = SecretBytes.Utf8("é\0");
        Assert.Equal([0xC3, 0xA9, 0], owner.Memory.ToArray());
        Assert.Equal(3, owner.Length);
    }

    [Fact]
    public void ToString_does_not_show_the_bytes()
    {
        using var owner = SecretBytes.Utf8("hush");
        Assert.Equal("SecretBytes", owner.ToString());
    }

    [Fact]
    public async Task Watch_lists_undisposed_bytes_of_its_own_execution_flow_only()
    {
        var (watch, other) = (new Watched(), new Watched());
        using var left = await watch.Run(() => Task.Run(() =>
        {
            new SecretBytes(1).Dispose();
            return new SecretBytes(2);
        }));
        using var unseen = new SecretBytes(3);
        Assert.Same(left, Assert.Single(watch.Left));
        Assert.Equal((2, 0), (watch.Made, other.Made));
    }
}
