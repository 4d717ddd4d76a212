using Microsoft.Extensions.Logging;
using MsOptions = Microsoft.Extensions.Options.Options;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Tests.Commands;
using OneTimeSecret.Tests.Logging;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Storage;

/// <summary>One server at a time uses a data folder, unless all of them allow others.</summary>
public sealed class ServerLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CapturedLog _captured = new();
    private readonly ILoggerFactory _loggers;
    private readonly List<ServerLock> _kept = [];

    public ServerLockTests() => _loggers = LoggerFactory.Create(logging => logging.AddProvider(_captured));

    public void Dispose()
    {
        _loggers.Dispose();
        _captured.Dispose();
        _folder.Dispose();
    }

    [Theory, InlineData(false, false), InlineData(false, true), InlineData(true, false)]
    public void Second_server_is_refused_unless_both_share_the_folder(bool first, bool second)
    {
        using (Acquire(first))
        {
            var refusal = Assert.Throws<IOException>(() => Acquire(second));
            Assert.StartsWith($"Another server uses the data folder {_folder.Data}. Stop it, or ", refusal.Message, Ordinal);
            Assert.Contains("Storage:Shared=true", refusal.Message, Ordinal);
        }
        Acquire(second).Dispose(); // the first one has ended
    }

    [Fact]
    public void Servers_that_all_share_the_folder_are_warned()
    {
        using var one = Acquire(shared: true);
        using var other = Acquire(shared: true);
        Assert.Equal(2, _captured.Lines.Count);
        Assert.All(_captured.Lines, line => Assert.StartsWith("Warning", line, Ordinal));
        Assert.All(_captured.Lines, line => Assert.Contains($"lets other servers use the data folder {_folder.Data} too", line, Ordinal));
    }

    [Fact]
    public void Server_that_is_alone_gets_no_warning_and_leaves_only_an_empty_private_file()
    {
        Acquire(shared: false).Dispose();
        Assert.Empty(_captured.Lines);
        var file = new FileInfo(_folder.File("server.lock"));
        Assert.Equal(0, file.Length);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode);
    }

    [Fact]
    public async Task Second_server_is_refused_in_one_line_before_it_touches_the_database_and_verbs_go_on_working()
    {
        using var first = Acquire(shared: false);
        var refused = await _folder.Run("--urls", "http://127.0.0.1:0");
        Assert.Equal(1, refused.Code);
        Assert.StartsWith("Another server uses the data folder", Assert.Single(refused.Refusal.Trim().Split('\n')), Ordinal);
        Assert.Equal(0, new FileInfo(_folder.File("onetimesecret.db")).Length);
        Assert.Equal("you@example.com", (await _folder.Run("account", "add", "you@example.com", "--new-data")).Result);
    }

    /// <summary>Servers that start at once on a new folder must not refuse each other by creating the file.</summary>
    [Fact]
    public async Task Of_servers_that_start_at_once_one_gets_the_folder_and_all_get_it_if_they_share_it()
    {
        var alone = await Verbs.AtOnce(4, _ => Task.FromResult(Record.Exception(() => Kept(shared: false))));
        Assert.Equal(3, alone.Count(refusal => refusal is IOException));
        _kept.ForEach(held => held.Dispose());
        Assert.All(await Verbs.AtOnce(4, _ => Task.FromResult(Record.Exception(() => Kept(shared: true)))), Assert.Null);
        _kept.ForEach(held => held.Dispose());
    }

    private void Kept(bool shared)
    {
        var held = Acquire(shared);
        lock (_kept)
            _kept.Add(held);
    }

    private ServerLock Acquire(bool shared)
    {
        var storage = MsOptions.Create(new StorageOptions { Data = _folder.Data, Shared = shared });
        var folder = new DataFolder(storage, MsOptions.Create(new AuditOptions()));
        var held = new ServerLock(folder, storage, _loggers.CreateLogger<ServerLock>());
        held.Acquire();
        return held;
    }
}
