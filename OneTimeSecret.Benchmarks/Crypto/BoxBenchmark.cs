using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Benchmarks.Crypto;

/// <summary>The cost of sealing and opening a secret (both boxes), without the deliberately slow passphrase hash.</summary>
[MemoryDiagnoser]
public class BoxBenchmark
{
    private readonly SecretKey _key = SecretKey.New();
    private DirectoryInfo _folder = null!;
    private KeyRing _ring = null!;
    private SecretBox.SecretPlace _place;
    private byte[] _value = [];
    private byte[] _box = [];

    [Params(100, 10_000)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("ots-");
        var file = new KeyRingFile(Path.Combine(_folder.FullName, "keyring"));
        file.Create();
        _ring = new KeyRing(file);
        _place = new(_key.Id, MetadataKey.New().Id, Guid.NewGuid(), DateTimeOffset.UnixEpoch);
        _value = RandomNumberGenerator.GetBytes(Bytes);
        _box = Seal();
    }

    [GlobalCleanup]
    public void CleanUp() => _folder.Delete(recursive: true);

    [Benchmark]
    public byte[] Seal() => SecretBox.Seal(_ring, _key, _place, _value, null, null);

    [Benchmark]
    public int Open()
    {
        using var contents = SecretBox.OpenOuter(_ring, _place, _box);
        using var value = SecretBox.OpenInner(_key, _place, contents, null);
        return value.Length;
    }
}
