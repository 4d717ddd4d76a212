using BenchmarkDotNet.Attributes;
using OneTimeSecret.Tests.Crypto;

namespace OneTimeSecret.Benchmarks.Crypto;

/// <summary>The managed bcrypt against the system's own, at the product's default cost and with input of the product's length.</summary>
/// <remarks>Every millisecond of the difference is a guess that an attacker with the faster one gets for nothing.</remarks>
public class BcryptBenchmark
{
    private const string Input = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private const string Salt = "$2b$11$abcdefghijklmnopqrstuu";

    [GlobalSetup]
    public void Check()
    {
        if (!LibXcrypt.IsHere)
            throw new PlatformNotSupportedException(LibXcrypt.Missing);
        if (!string.Equals(Native(), Managed(), StringComparison.Ordinal))
            throw new InvalidOperationException("The two do not compute the same hash: nothing to compare.");
    }

    [Benchmark(Baseline = true, Description = "crypt(3), libxcrypt")]
    public string Native() => LibXcrypt.Hash(Input, Salt);

    [Benchmark(Description = "BCrypt.Net-Next")]
    public string Managed() => BCrypt.Net.BCrypt.HashPassword(Input, Salt);
}
