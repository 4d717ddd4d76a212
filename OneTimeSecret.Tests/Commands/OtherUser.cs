using System.Diagnostics;
using System.Globalization;

namespace OneTimeSecret.Tests.Commands;

/// <summary>A second user of the machine. The tests must run as root to use it.</summary>
internal static class OtherUser
{
    /// <summary>The id of a user without any rights.</summary>
    public const uint Id = 65534;

    /// <summary>The beginning of a command line that runs the rest of it as this user.</summary>
    public static string[] Prefix(uint user)
    {
        var id = user.ToString(CultureInfo.InvariantCulture);
        return ["setpriv", "--reuid", id, "--regid", id, "--clear-groups"];
    }

    /// <summary>Skips the test if it cannot run programs as another user.</summary>
    public static void Demand()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can be two users of the machine.");
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "There is no setpriv (Debian's util-linux).");
        var words = Prefix(Id);
        using var look = Process.Start(words[0], [.. words[1..], "test", "-r", typeof(Program).Assembly.Location]);
        look.WaitForExit();
        Assert.SkipUnless(look.ExitCode == 0, "Another user cannot read the program's folder.");
    }

    /// <summary>Owner, group and mode of each file, as <c>stat</c> prints them: <c>65534:65534 640</c>.</summary>
    public static async Task<string[]> Stat(params string[] paths) =>
        (await Bash.Run($"stat -L -c '%u:%g %a' {Quoted(paths)}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Changes the owner of files and folders, recursively.</summary>
    public static Task Give(string owner, params string[] paths) => Bash.Run($"chown -R {owner} {Quoted(paths)}");

    private static string Quoted(string[] paths) => string.Join(' ', paths.Select(path => $"'{path}'"));
}
