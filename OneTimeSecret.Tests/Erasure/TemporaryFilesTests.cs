using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using OneTimeSecret.Core.Erasure;

namespace OneTimeSecret.Tests.Erasure;

/// <summary>
/// A request writes nothing to the disk except the database and its write-ahead log. Other tests may make SQLite write temporary files
/// to the shared folders, so this test runs alone.
/// </summary>
[Collection(nameof(Alone))]
public sealed class TemporaryFilesTests
{
    private static readonly string[] Own = ["onetimesecret.db", "onetimesecret.db-wal", "onetimesecret.db-shm"];

    [Fact]
    public async Task No_request_and_no_scrub_makes_a_temporary_file()
    {
        await using var server = await RunningServer.Start("--Limits:Enabled=false");
        var made = new ConcurrentBag<string>();
        // The watchers also see a file that is deleted at once, because the system reports its creation.
        string[] folders = [Path.GetTempPath(), "/var/tmp", server.Folder, Environment.CurrentDirectory];
        var watchers = folders.Where(Directory.Exists).Distinct(StringComparer.Ordinal).Select(folder =>
        {
            var watcher = new FileSystemWatcher(folder) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.Size };
            watcher.Created += (_, file) => made.Add(file.FullPath);
            watcher.Renamed += (_, file) => made.Add(file.FullPath); // the framework creates a file first and renames it then
            watcher.EnableRaisingEvents = true;
            return watcher;
        }).ToList();

        for (var i = 0; i < 20; i++)
            await LargeRequests(server);
        await server.Get<EraseDeleted>().Run(scrub: true, CancellationToken.None);
        // The event of the sentinel arrives after the events of all earlier files.
        var sentinel = Path.Combine(server.Folder, "sentinel");
        await File.WriteAllTextAsync(sentinel, "");
        await Verbs.Until(() => made.Contains(sentinel, StringComparer.Ordinal));
        watchers.ForEach(watcher => watcher.Dispose());

        Assert.DoesNotContain(made, IsOfTheServer);
        bool IsOfTheServer(string file) => file.StartsWith(server.Folder, StringComparison.Ordinal)
            ? !string.Equals(file, sentinel, StringComparison.Ordinal) && !Own.Contains(Path.GetFileName(file), StringComparer.Ordinal)
            // Other tests and programs use the shared folders too. Only the names that SQLite and the framework give count.
            : Path.GetFileName(file).StartsWith("etilqs_", StringComparison.Ordinal)
                || Path.GetFileName(file).StartsWith("ASPNETCORE_", StringComparison.Ordinal);
    }

    private static async Task LargeRequests(RunningServer server)
    {
        var value = Convert.ToHexString(RandomNumberGenerator.GetBytes(5000));
        using var file = new MultipartFormDataContent { { new ByteArrayContent(Encoding.ASCII.GetBytes(value)), "secret", "secret.txt" } };
        using var padded = new MultipartFormDataContent
        {
            { new ByteArrayContent(Encoding.ASCII.GetBytes(value)), "secret", "secret.txt" },
            { new ByteArrayContent(new byte[100_000]), "other", "other.bin" },
        };
        var text = $$"""{"secret":"{{value}}","other":"{{new string('x', 90_000)}}"}""";
        using var json = new StringContent(text, Encoding.UTF8, "application/json");
        foreach (var content in (HttpContent[])[file, padded, json])
            using (await server.Http.PostAsync(new Uri("/api/v1/share", UriKind.Relative), content))
            {
            }
        using (await server.Post($"/api/v1/share?secret={value}"))
        {
        }
        // The framework reads the forms of pages. It refuses a form that it would have to buffer in a file.
        using var form = new MultipartFormDataContent
        {
            { new StringContent("reset"), "_handler" }, { new ByteArrayContent(new byte[300_000]), "file", "large.bin" },
        };
        using (await server.Http.PostAsync(new Uri("/reset", UriKind.Relative), form))
        {
        }
    }
}
