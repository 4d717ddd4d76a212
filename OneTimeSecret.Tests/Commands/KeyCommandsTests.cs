using static System.StringComparison;

namespace OneTimeSecret.Tests.Commands;

/// <summary>The verbs for the key ring, while a server runs on the same folder, and starts of a server with a wrong key ring.</summary>
public sealed class KeyCommandsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Keys_are_rotated_and_retired_while_the_server_serves()
    {
        await using var server = await _folder.Serve();
        var before = await Served.Share(server, "from before");
        var old = (await _folder.RunBuilt("keys", "list")).Result;
        Assert.Matches("^[0-9a-f]{8}$", old);
        Assert.Contains("is the one that seals", (await _folder.Run("keys", "retire", old)).Refusal, Ordinal);

        var rotated = await _folder.Run("keys", "rotate");
        Assert.NotEqual(old, rotated.Result, StringComparer.Ordinal);
        Assert.Equal($"{rotated.Result}\n{old}\n", (await _folder.Run("keys", "list")).Output);
        var after = await Served.Share(server, "from after");
        Assert.Equal("0", (await _folder.Run("keys", "reseal")).Result);

        Assert.Contains("less than a minute ago", (await _folder.Run("keys", "retire", old)).Refusal, Ordinal);
        Rest();
        Assert.Equal(old, (await _folder.Run("keys", "retire", old)).Result);
        Assert.Equal(rotated.Result, (await _folder.Run("keys", "list")).Result);
        Assert.Contains("has no root", (await _folder.Run("keys", "retire", old)).Refusal, Ordinal);
        Assert.Contains("is not the id of a root", (await _folder.Run("keys", "retire", "nonsense")).Refusal, Ordinal);
        Assert.Equal("from before", await Served.Reveal(server, before));
        Assert.Equal("from after", await Served.Reveal(server, after));
    }

    [Fact]
    public async Task The_first_start_makes_private_files()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var server = await RunningServer.Start(_folder.Data, adjust: null);
        await server.Share("x");
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.Data));
        foreach (var name in (string[])["keyring", "onetimesecret.db", "onetimesecret.db-wal", "onetimesecret.db-shm"])
            Assert.Equal(Owner, File.GetUnixFileMode(_folder.File(name)));
    }

    [Fact]
    public async Task The_server_refuses_to_start_with_a_missing_foreign_public_or_damaged_key_ring_and_says_why()
    {
        string secret;
        await using (var server = await RunningServer.Start(_folder.Data, adjust: null))
            (secret, _) = await server.Share("kept");
        var (ring, aside) = (_folder.File("keyring"), Path.Combine(_folder.Path, "aside"));
        File.Move(ring, aside);

        Assert.Contains($"The key ring {ring} is missing. Restore it", (await Start()).Refusal, Ordinal);
        Assert.False(File.Exists(ring));

        using (var other = new TemporaryFolder())
        {
            await other.Make();
            File.Copy(other.File("keyring"), ring);
        }
        Assert.Contains("has no root", (await Start()).Refusal, Ordinal);

        // A key ring with the right id but another key.
        var lines = await File.ReadAllLinesAsync(aside);
        var root = Array.FindIndex(lines, line => line.StartsWith("root ", Ordinal));
        lines[root] = $"{lines[root][..14]}{Convert.ToBase64String(new byte[32])}";
        await File.WriteAllLinesAsync(ring, lines);
        Assert.Contains("does not belong to this database", (await Start()).Refusal, Ordinal);

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(ring, File.GetUnixFileMode(ring) | UnixFileMode.OtherRead);
            Assert.Contains($"chmod 600 {ring}", (await Start()).Refusal, Ordinal);
            File.SetUnixFileMode(ring, File.GetUnixFileMode(aside));
        }

        await File.WriteAllTextAsync(ring, "nonsense");
        Assert.Contains("is damaged", (await Start()).Refusal, Ordinal);

        await using var again = await RunningServer.Start(_folder.Data, adjust: null, "--Storage:Keys=" + aside);
        Assert.Equal("kept", await again.Reveal(secret));
    }

    /// <summary>Makes the key ring look as if it was changed more than a minute ago.</summary>
    private void Rest() =>
        File.SetLastWriteTimeUtc(_folder.File("keyring"), File.GetLastWriteTimeUtc(_folder.File("keyring")).AddMinutes(-2));

    private Task<BuiltProgram.Ran> Start() => _folder.Run("--urls", "http://127.0.0.1:0");
}
