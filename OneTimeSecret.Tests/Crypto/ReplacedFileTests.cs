using OneTimeSecret.Core.Keys;
using OneTimeSecret.Tests.Commands;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Crypto;

/// <summary>A replaced file keeps its owner and its place. The program replaces two files, the key ring and the audit head.</summary>
public sealed class ReplacedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Replaced_key_ring_and_audit_head_keep_owner_group_and_mode()
    {
        OtherUser.Demand();
        await _folder.Make();
        string[] files = [_folder.File("keyring"), _folder.File("audit-head")];
        await OtherUser.Give("65534:65533", files);
        await Bash.Run($"chmod 640 '{files[0]}' '{files[1]}'");
        await using (var server = await RunningServer.Start(_folder.Data, adjust: null))
        {
            var old = server.Get<KeyRing>().CurrentRoot;
            new KeyRingFile(files[0]).AddRoot();
            Assert.All(await OtherUser.Stat(files), found => Assert.Equal("65534:65533 640", found));
            new KeyRingFile(files[0]).RemoveRoot(old);
            await server.Conceal("value"); // so that the head changes
        }
        Assert.All(await OtherUser.Stat(files), found => Assert.Equal("65534:65533 640", found));
    }

    [Fact]
    public async Task Files_that_root_creates_belong_to_the_owner_of_the_data_folder()
    {
        OtherUser.Demand();
        await _folder.Make();
        foreach (var name in (string[])["keyring.lock", "onetimesecret.db.lock", "audit-head"])
            File.Delete(_folder.File(name));
        await OtherUser.Give("65534:65533", _folder.Data);
        await using (var server = await RunningServer.Start(_folder.Data, adjust: null))
        {
            await server.Conceal("value");
            _ = new KeyRingFile(_folder.File("keyring")).AddRoot();
            // SQLite itself gives its files to the owner of the database.
            Assert.All(await Owners(), owner => Assert.Equal("65534:65533", owner));
            Assert.True(File.Exists(_folder.File("onetimesecret.db-wal")) && File.Exists(_folder.File("onetimesecret.db-shm")));
        }
        Assert.All(await Owners(), owner => Assert.Equal("65534:65533", owner));

        async Task<IEnumerable<string>> Owners() => (await OtherUser.Stat(Directory.GetFileSystemEntries(_folder.Data)))
            .Select(found => found.Split(' ')[0]);
    }

    [Fact]
    public async Task Symbolic_link_stays_and_its_target_is_replaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets few users make symbolic links.");
        var vault = Directory.CreateDirectory(Path.Combine(_folder.Path, "vault")).FullName;
        await _folder.Make();
        foreach (var name in (string[])["keyring", "audit-head"])
        {
            File.Move(_folder.File(name), Path.Combine(vault, name));
            File.CreateSymbolicLink(Path.Combine(_folder.Path, name), $"vault/{name}");
            File.CreateSymbolicLink(_folder.File(name), $"../{name}");
        }
        await using (var server = await RunningServer.Start(_folder.Data, adjust: null))
        {
            var before = server.Get<KeyRing>().CurrentRoot;
            var added = new KeyRingFile(_folder.File("keyring")).AddRoot();
            Assert.NotEqual(before, added);
            Assert.Equal(added, server.Get<KeyRing>().CurrentRoot); // the running server watches the target, not the link
            await server.Conceal("value");
        }
        Assert.Equal(2, new KeyRingFile(Path.Combine(vault, "keyring")).Read().Count(key => key.Key != KeyRingFile.HashKeyId));
        Assert.Contains("sequence=1 ", await File.ReadAllTextAsync(Path.Combine(vault, "audit-head")), Ordinal);
        foreach (var name in (string[])["keyring", "audit-head"])
            Assert.Equal(
                ($"../{name}", $"vault/{name}"),
                (new FileInfo(_folder.File(name)).LinkTarget, new FileInfo(Path.Combine(_folder.Path, name)).LinkTarget));
        Assert.DoesNotContain(Directory.GetFiles(vault), file => file.EndsWith(".new", Ordinal));
    }

    [Fact]
    public void Relative_link_is_resolved_from_the_real_folder_that_contains_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets few users make symbolic links.");
        var real = Directory.CreateDirectory(Path.Combine(_folder.Path, "volume", "deep")).FullName;
        Directory.CreateSymbolicLink(_folder.Data, real);
        File.CreateSymbolicLink(_folder.File("keyring"), "../ring");
        var ring = Path.Combine(_folder.Path, "volume", "ring");
        new KeyRingFile(ring).Create();
        new KeyRingFile(_folder.File("keyring")).AddRoot();
        Assert.Equal(3, new KeyRingFile(ring).Read().Count);
        Assert.False(File.Exists(Path.Combine(_folder.Path, "ring")));
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("keyring")]
    public async Task Broken_or_cyclic_link_is_refused_with_a_message_and_stays(string target)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets few users make symbolic links.");
        await _folder.Make();
        var ring = _folder.File("keyring");
        File.Delete(ring);
        File.CreateSymbolicLink(ring, target);
        foreach (var doing in (Action[])[() => new KeyRingFile(ring).Create(), () => new KeyRingFile(ring).AddRoot()])
            Assert.StartsWith($"The symbolic link {ring} leads to no file: ", Assert.Throws<IOException>(doing).Message, Ordinal);
        var start = await Assert.ThrowsAsync<IOException>(() => RunningServer.Start(_folder.Data, adjust: null));
        Assert.StartsWith($"The symbolic link {ring} leads to no file: ", start.Message, Ordinal);
        Assert.Equal(target, new FileInfo(ring).LinkTarget);
        Assert.False(File.Exists(_folder.File("nowhere")));
    }
}
