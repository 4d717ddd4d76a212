using System.ComponentModel.DataAnnotations;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Tests.Options;

public sealed class LimitOptionsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    [Fact]
    public void Five_wrong_tries_of_one_client_lock_that_client_for_half_an_hour()
    {
        var limits = new LimitOptions();
        for (var tries = 1; tries <= 50; tries++)
            Assert.Equal(tries % 5 == 0 ? Now.AddMinutes(30) : null, limits.ClientLock(tries, Now));
    }

    [Theory]
    [InlineData(20, 30)]
    [InlineData(40, 60)]
    [InlineData(60, 120)]
    [InlineData(80, 240)]
    public void Every_twenty_wrong_tries_in_all_lock_the_secret_for_twice_as_long(int tries, int minutes)
    {
        var limits = new LimitOptions();
        Assert.Equal(Now.AddMinutes(minutes), limits.SecretLock(tries, Now));
        for (var between = tries - 19; between < tries; between++)
            Assert.Null(limits.SecretLock(between, Now));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(int.MaxValue)]
    public void A_hundred_wrong_tries_in_all_lock_the_secret_for_ever(int tries) =>
        Assert.Equal(DateTimeOffset.MaxValue, new LimitOptions().SecretLock(tries, Now));

    [Fact]
    public void Ninety_nine_wrong_tries_do_not_lock_the_secret_for_ever() => Assert.Null(new LimitOptions().SecretLock(99, Now));

    [Fact]
    public void A_lock_doubles_up_to_a_day_and_no_further()
    {
        var limits = new LimitOptions { TriesInAll = 100_000 };
        Assert.Equal(Now.AddMinutes(960), limits.SecretLock(120, Now));
        for (var tries = 140; tries < 100_000; tries += 20)
            Assert.Equal(Now.AddDays(1), limits.SecretLock(tries, Now));
    }

    [Fact]
    public void The_longest_configurable_lock_does_not_overflow()
    {
        var limits = new LimitOptions { LockMinutes = 1440, MaxLockMinutes = 10_080, TriesPerLock = 1, TriesInAll = 100_000 };
        Assert.Equal(Now.AddMinutes(10_080), limits.SecretLock(99_999, Now));
    }

    [Fact]
    public void Limits_that_contradict_each_other_are_refused()
    {
        var limits = new LimitOptions
        {
            LockMinutes = 60, MaxLockMinutes = 30, TriesPerLock = 20, TriesInAll = 10, LivePages = 49, Circuits = 49, Connections = 499,
            BodyMegabytes = 3,
        };
        var flaws = limits.Validate(new ValidationContext(limits)).SelectMany(flaw => flaw.MemberNames);
        Assert.Equal("MaxLockMinutes TriesInAll LivePages Circuits Connections BodyMegabytes", string.Join(' ', flaws));
        Assert.Empty(new LimitOptions().Validate(new ValidationContext(limits)));
    }
}
