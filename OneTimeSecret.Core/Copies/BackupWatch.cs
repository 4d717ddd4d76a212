using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Copies;

/// <summary>
/// Makes a copy of the database every <see cref="BackupOptions.Hours"/>, and deletes the oldest ones. The names of the files say when the
/// last one was made, so restarts neither skip nor repeat one.
/// </summary>
internal sealed class BackupWatch(BackUp backUp, TimeProvider time, IOptions<BackupOptions> options, ILogger<BackupWatch> log)
    : BackgroundService
{
    /// <summary>The time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait after a failure.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private const string Start = "onetimesecret-", End = ".db", Form = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>Makes a copy if one is due, and deletes those beyond <see cref="BackupOptions.Keep"/>.</summary>
    /// <returns>Whether it did not fail.</returns>
    internal async Task<bool> Look(CancellationToken cancellation)
    {
        if (options.Value.Folder is not { } folder)
            return true;
        try
        {
            var now = time.GetUtcNow();
            // A copy from the future was made before the clock was set back. It does not count.
            if (Copies(folder).Any(copy => copy.Made > now.AddHours(-options.Value.Hours) && copy.Made <= now))
                return true;
            var name = Start + now.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture) + End;
            var rows = await backUp.Run(
                Path.Combine(folder, name), new BackupContent(options.Value.WithSecrets, KeyRing: false), _ => { }, cancellation);
            log.LogInformation("The copy {Name} of the database was written, with {Rows} rows", name, rows);
            var mine = Copies(folder).Where(copy => copy.Made <= now);
            foreach (var old in mine.OrderByDescending(copy => copy.Made).Skip(options.Value.Keep))
                PrivateFile.Erase(old.Path);
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException) // a copy that fails must not stop the server
        {
            log.LogError(fault, "The copy of the database could not be made in {Folder}; the server will try again", folder);
            return false;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (options.Value.Folder is not null)
                await Task.Delay(await Look(stoppingToken) ? Interval : Patience, time, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The server stops. The copy that was not finished is deleted.
        }
    }

    private static IEnumerable<(string Path, DateTimeOffset Made)> Copies(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, $"{Start}*{End}"))
            if (DateTimeOffset.TryParseExact(
                Path.GetFileName(path)[Start.Length..^End.Length], Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
                out var made))
                yield return (path, made);
    }
}
