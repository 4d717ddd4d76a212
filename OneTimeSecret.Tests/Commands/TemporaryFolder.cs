using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Tests.Commands;

/// <summary>A folder for one test, and a data folder in it that does not exist yet.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ots-test-").FullName;

    public string Data => System.IO.Path.Combine(Path, "data");

    public string File(string name) => System.IO.Path.Combine(Data, name);

    public Task<BuiltProgram.Ran> Run(params string[] words) => InProcess.Run([.. words, "--data", Data]);

    /// <summary>Runs a verb as a separate process.</summary>
    public Task<BuiltProgram.Ran> RunBuilt(params string[] words) => BuiltProgram.Run([.. words, "--data", Data]);

    public Task<BuiltProgram> Serve(params string[] settings) => BuiltProgram.Serve(Data, settings);

    /// <summary>Creates the data folder, as a server's first start does.</summary>
    public async Task Make()
    {
        PrivateFile.CreateFolder(Data);
        await MigratedDatabase.CopyTo(Data);
        await using var server = await RunningServer.Start(Data, adjust: null);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
