using OneTimeSecret.Core.Generations;
using OneTimeSecret.Web;

namespace OneTimeSecret.Tests.Copies;

/// <summary>A data folder whose database is copied and put back, as an operator does with a backup.</summary>
internal sealed class Yesterday : IDisposable
{
    private readonly string _copy;

    public Yesterday()
    {
        _copy = Path.Combine(Folder, "yesterday.db");
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("ots-test-").FullName;

    public string Database => Path.Combine(Folder, "onetimesecret.db");

    public string Head => Path.Combine(Folder, "generation");

    /// <summary>Runs a server until <paramref name="use"/> ends. Nothing of it is left in a write-ahead log.</summary>
    public async Task<T> Served<T>(Func<RunningServer, Task<T>> use, params string[] settings)
    {
        if (!File.Exists(Database))
            await MigratedDatabase.CopyTo(Folder);
        await using var server = await RunningServer.Start(Folder, adjust: null, settings);
        return await use(server);
    }

    public Task Served(Func<RunningServer, Task> use, params string[] settings) => Served(
        async server =>
        {
            await use(server);
            return true;
        },
        settings);

    public void Copy() => File.Copy(Database, _copy, overwrite: true);

    public void PutBack() => File.Copy(_copy, Database, overwrite: true);

    /// <summary>Opens the folder as a server does. Null: it would serve.</summary>
    public async Task<RestoredCopyException?> Refusal(params string[] settings)
    {
        try
        {
            await using (await Server.Open([$"--Storage:Data={Folder}", "--environment=Production", .. settings], serves: true))
                return null;
        }
        catch (RestoredCopyException refusal)
        {
            return refusal;
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
