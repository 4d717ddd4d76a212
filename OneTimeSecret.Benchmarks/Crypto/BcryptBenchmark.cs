using BenchmarkDotNet.Attributes;
using OneTimeSecret.Tests.Crypto;

namespace OneTimeSecret.Benchmarks.Crypto;

/// <summary>Compares BCrypt.Net with libxcrypt, at the product's default cost and with input of the product's length.</summary>
/// <remarks>If BCrypt.Net is slower, an attacker with libxcrypt can try a passphrase in less time than the server.</remarks>
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
            throw new InvalidOperationException("libxcrypt and BCrypt.Net compute different hashes, so their times cannot be compared.");
    }

    [Benchmark(Baseline = true, Description = "crypt(3), libxcrypt")]
    public string Native() => LibXcrypt.Hash(Input, Salt);

    [Benchmark(Description = "BCrypt.Net-Next")]
    public string Managed() => BCrypt.Net.BCrypt.HashPassword(Input, Salt);
}
