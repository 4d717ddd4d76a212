using System.Diagnostics;
using System.Globalization;

namespace OneTimeSecret.Benchmarks.Load;

/// <summary>
/// Runs a server as a separate process on a free port: the one that was built with this program, or the published one in the folder
/// <c>OTS_SERVER</c>.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly string Program = Path.Combine(
        Environment.GetEnvironmentVariable("OTS_SERVER") ?? AppContext.BaseDirectory, "OneTimeSecret.Web.dll");

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly bool _ownsFolder;
    private readonly Stopwatch _running = Stopwatch.StartNew();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _lines = [];

    private ServerProcess(string folder, bool ownsFolder, int? core, string[] settings)
    {
        (DataFolder, _ownsFolder) = (folder, ownsFolder);
        string[] line =
        [
            .. core is { } number ? (string[])["taskset", "-c", number.ToString(CultureInfo.InvariantCulture)] : [],
            "dotnet", Program, "--data", folder, "--urls", "http://127.0.0.1:0",
            "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information", .. settings,
        ];
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(line[0], line[1..])
            {
                UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
            },
            EnableRaisingEvents = true,
        };
        // The caller's settings are not those of the server. OTS_SERVER itself would be refused as an unknown setting.
        foreach (var name in _process.StartInfo.Environment.Keys.Where(name => name.StartsWith("OTS_", StringComparison.Ordinal)).ToList())
            _process.StartInfo.Environment.Remove(name);
        _process.OutputDataReceived += (_, output) => Take(output.Data);
        _process.ErrorDataReceived += (_, output) => Take(output.Data);
        _process.Exited += (_, _) => _address.TrySetException(new InvalidOperationException("The server exited. See its output above."));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>The time from the start of the process to its first 200.</summary>
    public TimeSpan Startup { get; private set; }

    public string DataFolder { get; }

    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The private memory of the server in bytes, resident or not.</summary>
    public long PrivateMemory
    {
        get
        {
            _process.Refresh();
            return _process.PrivateMemorySize64;
        }
    }

    /// <summary>The largest working set since the start, in MB, which the kernel records (Linux).</summary>
    public long PeakMegabytes => File.ReadLines($"/proc/{_process.Id}/status")
        .Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.AsSpan(6, line.Length - 9), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture) / 1024)
        .Single();

    /// <summary>What the server has written at the level of warnings and above.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    /// <summary>Starts a server without limits on a new data folder, which is deleted with it. Its log goes to standard error.</summary>
    public static async Task<ServerProcess> Start(params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("ots-load-").FullName;
        var server = new ServerProcess(folder, ownsFolder: true, null, ["--Limits:Enabled=false", .. settings]);
        await server.Ready();
        return server;
    }

    /// <summary>Starts a server on <paramref name="folder"/>, only on one core if one is given, and waits until it answers.</summary>
    public static async Task<ServerProcess> StartOn(string folder, int? core, params string[] settings)
    {
        var server = Launch(folder, core, settings);
        await server.Ready();
        return server;
    }

    /// <summary>As <see cref="StartOn"/>, but does not wait.</summary>
    public static ServerProcess Launch(string folder, int? core, params string[] settings) =>
        new(folder, ownsFolder: false, core, settings);

    /// <summary>Waits until the server has used almost no processor time in each of five seconds in a row.</summary>
    public async Task Quiet()
    {
        for (var still = 0; still < 5;)
        {
            var before = _process.TotalProcessorTime;
            await Task.Delay(TimeSpan.FromSeconds(1));
            _process.Refresh();
            still = _process.TotalProcessorTime - before < TimeSpan.FromMilliseconds(30) ? still + 1 : 0;
        }
    }

    /// <summary>Kills the server (SIGKILL) and waits until it is gone.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        _process.Dispose();
        if (_ownsFolder)
            Directory.Delete(DataFolder, recursive: true);
    }

    private async Task Ready()
    {
        try
        {
            Address = await _address.Task.WaitAsync(Patience);
            using var http = new HttpClient { BaseAddress = Address };
            using var answer = await http.GetAsync(new Uri("/api/v1/status", UriKind.Relative));
            answer.EnsureSuccessStatusCode();
            Startup = _running.Elapsed;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        if (line.IndexOf(Listening, StringComparison.Ordinal) is var at and >= 0)
            _address.TrySetResult(new Uri(line[(at + Listening.Length)..]));
        if (line.StartsWith("info:", StringComparison.Ordinal))
            return;
        lock (_lines)
            _lines.Add(line);
        if (_ownsFolder || !_address.Task.IsCompleted)
            Console.Error.WriteLine(line);
    }
}
