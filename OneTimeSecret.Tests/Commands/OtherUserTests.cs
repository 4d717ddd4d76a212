using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Keys.Rotation;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Commands;

/// <summary>Server and verbs run as different users: root does not lock the server out, and a refused user changes nothing.</summary>
public sealed class OtherUserTests : IDisposable
{
    private const uint User = OtherUser.Id;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Verbs_run_by_root_do_not_lock_out_a_server_of_another_user()
    {
        await Prepare();
        await using var server = await BuiltProgram.ServeAs(User, _folder.Data);
        var before = await Served.Share(server, "before");
        Assert.Matches("^[0-9a-f]{8}$", (await _folder.Run("keys", "rotate")).Result);
        var mailed = await _folder.Run(
            "account", "invite", "you@example.com", "--mail", "--Mail:Transport=Pickup", "--Site:PublicUrl=https://secrets.example.com");
        Assert.Equal($"The link went to {_folder.File("mail")}", mailed.Result);
        var after = await Served.Share(server, "after");
        Assert.Equal(("before", "after"), (await Served.Reveal(server, before), await Served.Reveal(server, after)));
        Assert.Equal("", await Bash.Run($"find '{_folder.Data}' ! -user {User}"));
        Assert.Single(Directory.GetFiles(_folder.File("mail"))); // the mail was among the files that were checked
    }

    [Fact]
    public async Task A_user_who_may_not_replace_the_key_ring_is_refused_and_changes_nothing()
    {
        await Prepare();
        var (ring, old) = (_folder.File("keyring"), (await _folder.Run("keys", "list")).Result);
        await _folder.Run("keys", "rotate");
        File.SetLastWriteTimeUtc(ring, File.GetLastWriteTimeUtc(ring).AddMinutes(-2));

        // A key ring of another user in the user's own folder.
        await OtherUser.Give($"0:{User}", ring);
        await Bash.Run($"chmod 440 '{ring}'");
        await Refuses($"{ring} cannot be replaced, because it belongs to user 0, group {User}", "keys", "rotate");
        await Refuses($"{ring} cannot be replaced, because it belongs to user 0, group {User}", "keys", "retire", old);

        // The user's own key ring in a folder that the user may not write to.
        var vault = Directory.CreateDirectory(Path.Combine(_folder.Path, "vault")).FullName;
        File.Move(ring, Path.Combine(vault, "keyring"));
        await OtherUser.Give($"{User}:{User}", Path.Combine(vault, "keyring"));
        File.CreateSymbolicLink(ring, Path.Combine(vault, "keyring"));
        await Refuses($"{ring} cannot be replaced, because this user may not write to the folder {vault}", "keys", "rotate");
        await Refuses($"{ring} cannot be replaced, because this user may not write to the folder {vault}", "keys", "retire", old);
        Assert.Equal(2, (await _folder.Run("keys", "list")).Output.Trim().Split('\n').Length);

        async Task Refuses(string reason, params string[] words)
        {
            var (bytes, checks) = (await File.ReadAllBytesAsync(ring), await Checks());
            var ran = await BuiltProgram.RunAs(User, [.. words, "--data", _folder.Data]);
            Assert.Contains($"\n{reason}", ran.Refusal, Ordinal);
            Assert.Contains("Nothing was changed: run this as ", ran.Refusal, Ordinal);
            Assert.Equal(bytes, await File.ReadAllBytesAsync(ring));
            Assert.Equal(checks, await Checks());
        }
    }

    [Fact]
    public async Task A_data_folder_of_another_user_is_refused_and_its_owner_is_named()
    {
        await Prepare();
        await OtherUser.Give("0:0", _folder.Data);
        var said = $"The data folder {_folder.Data} cannot be used: this user may not write there. It belongs to user 0, group 0: run this";
        Assert.StartsWith(said, (await BuiltProgram.RunAs(User, "keys", "list", "--data", _folder.Data)).Refusal, Ordinal);
        string[] serve = ["--urls", "http://127.0.0.1:0", "--data"];
        Assert.StartsWith(said, (await BuiltProgram.RunAs(User, [.. serve, _folder.Data])).Refusal, Ordinal);
        var closed = Path.Combine(_folder.Path, "closed");
        Assert.StartsWith(
            $"The data folder {closed} cannot be used: this user may not write there.",
            (await BuiltProgram.RunAs(User, [.. serve, closed])).Refusal, Ordinal);
        Assert.False(Directory.Exists(closed));
    }

    /// <summary>Creates a data folder that belongs to the other user, in a folder that this user may read.</summary>
    private async Task Prepare()
    {
        OtherUser.Demand();
        await _folder.Make();
        await OtherUser.Give($"{User}:{User}", _folder.Data);
        await Bash.Run($"chmod 755 '{_folder.Path}'");
    }

    private async Task<int> Checks()
    {
        await using var server = await RunningServer.Start(_folder.Data, adjust: null);
        await using var db = server.Database();
        return db.KeyChecks.Count() + db.AuditEvents.Count();
    }
}
