using System.Diagnostics;

namespace OneTimeSecret.Tests;

/// <summary>Runs lines of documents as a reader would, in an empty folder.</summary>
internal static class Bash
{
    /// <summary>What the script prints; any line of it that fails fails the test.</summary>
    public static async Task<string> Run(string script)
    {
        var folder = Directory.CreateTempSubdirectory("ots-bash-");
        try
        {
            using var bash = Process.Start(new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script])
            {
                WorkingDirectory = folder.FullName, RedirectStandardOutput = true, UseShellExecute = false,
            })!;
            var output = await bash.StandardOutput.ReadToEndAsync();
            await bash.WaitForExitAsync();
            Assert.Equal(0, bash.ExitCode);
            return output;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
