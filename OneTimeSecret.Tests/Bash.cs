using System.Diagnostics;

namespace OneTimeSecret.Tests;

/// <summary>Runs commands of the documents as a reader would, in an empty folder.</summary>
internal static class Bash
{
    /// <summary>Returns what the script prints. A command that fails also fails the test.</summary>
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
