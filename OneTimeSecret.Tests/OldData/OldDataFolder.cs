using System.Text.Json;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Clocks;

namespace OneTimeSecret.Tests.OldData;

/// <summary>A copy of a data folder that an older version made (README.md beside this file), for one test.</summary>
internal sealed class OldDataFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ots-test-").FullName;

    private OldDataFolder(string source)
    {
        Known = JsonSerializer.Deserialize<OldContent>(File.ReadAllText(Path.Combine(source, "known.json")), JsonSerializerOptions.Web)!;
        foreach (var name in (string[])["onetimesecret.db", "keyring", "audit-head"])
        {
            // Git stores no file modes, and the program requires that only their owner can read its files.
            using var file = new FileStream(Path.Combine(_folder, name), PrivateFile.NewOnly);
            file.Write(File.ReadAllBytes(Path.Combine(source, name)));
        }
    }

    /// <summary>What the folder holds.</summary>
    public OldContent Known { get; }

    public static OldDataFolder Of36c41af() => new(Path.Combine(AppContext.BaseDirectory, "OldData", "36c41af"));

    /// <summary>Starts today's program on the folder, with the clock of that time. Otherwise the secrets would have expired.</summary>
    public Task<RunningServer> Start() => RunningServer.Start(_folder, builder => builder.AddClock(Known.MadeAt), People.Mails);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
