using System.Runtime.Versioning;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Tests.Components;
using OneTimeSecret.Tests.Crypto;

namespace OneTimeSecret.Tests.Keys;

public sealed class KeyRingFileTests : IDisposable
{
    private const string Key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private readonly RingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void The_key_ring_is_readable_by_its_owner_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        _folder.Ring.Create();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.Ring.Path));
        _folder.Ring.AddRoot();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.Ring.Path));
    }

    [Theory]
    [InlineData("600", true), InlineData("400", true), InlineData("440", true), InlineData("640", true)]
    [InlineData("644", false), InlineData("444", false), InlineData("604", false), InlineData("602", false), InlineData("660", false)]
    [InlineData("620", false), InlineData("777", false)]
    [UnsupportedOSPlatform("windows")]
    public void A_key_ring_that_others_can_read_or_change_is_refused_with_the_command_that_mends_it(string mode, bool isPrivate)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        _folder.Ring.Create();
        File.SetUnixFileMode(_folder.Ring.Path, (UnixFileMode)Convert.ToInt32(mode, 8));
        var link = new KeyRingFile(Path.Combine(_folder.Path, "link"));
        File.CreateSymbolicLink(link.Path, _folder.Ring.Path); // its own mode is 777
        foreach (var ring in (KeyRingFile[])[_folder.Ring, link])
        {
            var refused = Record.Exception(ring.EnsurePrivate);
            Assert.Equal(isPrivate, refused is null);
            if (!isPrivate)
                Assert.EndsWith($"(its mode is 0{mode}). Nothing was opened. Make it private, and start again: chmod 600 {ring.Path}",
                    Assert.IsType<KeyRingException>(refused).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_new_key_ring_has_one_hash_key_and_one_root()
    {
        _folder.Ring.Create();
        var lines = File.ReadAllLines(_folder.Ring.Path).Where(line => line[0] != '#').ToList();
        Assert.Equal(2, lines.Count);
        Assert.Matches("^hash [A-Za-z0-9+/]{43}=$", lines[0]);
        Assert.Matches("^root [0-9a-f]{8} [A-Za-z0-9+/]{43}=$", lines[1]);
        Assert.DoesNotContain(lines[0][^44..], lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Creating_again_keeps_the_keys()
    {
        _folder.Ring.Create();
        var first = Keys();
        _folder.Ring.Create();
        Assert.Equal(first, Keys());
    }

    [Fact]
    public void Comments_and_empty_lines_are_ignored()
    {
        _folder.Write("# mine", "", $"hash {Key}", "# old", $"root 00000001 {Key}");
        Assert.Equal([0u, 1u], _folder.Ring.Read().Select(key => key.Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData($"hash {Key}")]
    [InlineData($"root 00000001 {Key}")]
    [InlineData($"root 00000001 {Key}\nhash {Key}")]
    [InlineData($"hash {Key}\nhash {Key}")]
    [InlineData($"hash {Key}\nhash {Key}\nroot 00000001 {Key}")]
    [InlineData($"hash {Key}\nroot 00000001 {Key}\nroot 00000001 {Key}")]
    [InlineData($"hash {Key}\nroot 00000000 {Key}")]
    [InlineData($"root 00000000 {Key}\nroot 00000001 {Key}")]
    [InlineData($"hash {Key}\nroot -1 {Key}")]
    [InlineData($"hash {Key}\nroot x {Key}")]
    [InlineData($"hash {Key}\nroot {Key}")]
    [InlineData($"hash {Key}\nroot 00000001 {Key} more")]
    [InlineData($"hash {Key}\nroot 00000001 AAEC")]
    [InlineData($"hash {Key}\nroot 00000001 {Key}{Key}")]
    [InlineData($"hash {Key}\nroot 00000001 !{Key}")]
    [InlineData($"hash {Key}\nroot 00000001 {Key}\nrubbish")]
    [InlineData($"HASH {Key}\nroot 00000001 {Key}")]
    public void Damaged_key_ring_is_refused_with_its_path(string content)
    {
        _folder.Write(content.Split('\n'));
        var refused = Assert.Throws<KeyRingException>(_folder.Ring.Read);
        Assert.Contains(_folder.Ring.Path, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key[..10], refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_key_ring_is_refused_with_its_path()
    {
        var missing = Assert.Throws<KeyRingException>(() => new KeyRing(_folder.Ring));
        Assert.Contains(_folder.Ring.Path, missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_added_root_stands_first_and_the_others_stay()
    {
        _folder.Ring.Create();
        var before = Keys();
        var added = _folder.Ring.AddRoot();
        var after = Keys();
        Assert.StartsWith(KeyRingFile.Name(added), after[1], StringComparison.Ordinal);
        Assert.Equal(before, [after[0], .. after[2..]]);
    }

    [Fact]
    public void A_removed_root_is_gone_and_the_others_stay()
    {
        _folder.Ring.Create();
        var old = _folder.Ring.Read()[1].Key;
        _folder.Ring.AddRoot();
        var before = Keys();
        _folder.Ring.RemoveRoot(old);
        Assert.Equal(before[..2], Keys());
    }

    [Fact]
    public void Neither_the_sealing_root_nor_the_hash_key_nor_an_unknown_root_can_be_removed()
    {
        _folder.Ring.Create();
        var sealing = _folder.Ring.Read()[1].Key;
        var before = Keys();
        foreach (var id in new[] { sealing, KeyRingFile.HashKeyId, sealing ^ 1 })
        {
            var refused = Assert.Throws<KeyRingException>(() => _folder.Ring.RemoveRoot(id));
            Assert.Contains(KeyRingFile.Name(id), refused.Message, StringComparison.Ordinal);
        }
        Assert.Equal(before, Keys());
    }

    [Fact]
    public async Task Parallel_creation_results_in_one_key_ring()
    {
        for (var round = 0; round < 50; round++)
        {
            // Each thread creates the file and reads it at once, as a starting server does.
            using var folder = new RingFolder();
            var seen = await AtOnce(8, () =>
            {
                var ring = new KeyRingFile(folder.Ring.Path);
                ring.Create();
                return Convert.ToHexString(ring.Read()[1].Value);
            });
            Assert.Single(seen.ToHashSet(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Roots_that_are_added_in_parallel_are_all_kept()
    {
        _folder.Ring.Create();
        var added = await AtOnce(8, () => new KeyRingFile(_folder.Ring.Path).AddRoot());
        Assert.Equal(9, _folder.Ring.Read().Count(key => key.Key != KeyRingFile.HashKeyId));
        Assert.Superset(added.ToHashSet(), _folder.Ring.Read().Select(key => key.Key).ToHashSet());
    }

    [Fact]
    public void Writing_leaves_no_other_file_with_keys()
    {
        _folder.Ring.Create();
        _folder.Ring.AddRoot();
        Assert.Single(Directory.GetFiles(_folder.Path), path => new FileInfo(path).Length > 0);
    }

    private static async Task<T[]> AtOnce<T>(int count, Func<T> run)
    {
        using var start = new Barrier(count);
        return await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return run();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }

    private List<string> Keys() =>
        [.. _folder.Ring.Read().Select(key => $"{KeyRingFile.Name(key.Key)} {Convert.ToHexString(key.Value)}")];
}
