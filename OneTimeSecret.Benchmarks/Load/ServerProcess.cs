using System.Diagnostics;

namespace OneTimeSecret.Benchmarks.Load;

/// <summary>Runs the built server as a separate process, on a free port, with a data folder that is deleted with it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private ServerProcess(Process process, string folder, Uri address, TimeSpan startup) =>
        (_process, _folder, Address, Startup) = (process, folder, address, startup);

    public Uri Address { get; }

    /// <summary>The time from the start of the process to its first 200.</summary>
    public TimeSpan Startup { get; }

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

    public string DataFolder => _folder;

    public static async Task<ServerProcess> Start(params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("ots-load-").FullName;
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var watch = Stopwatch.StartNew();
        var program = Path.Combine(AppContext.BaseDirectory, "OneTimeSecret.Web.dll");
        string[] arguments =
        [
            program, "--data", folder, "--urls", address.ToString(),
            "--Limits:Enabled=false", "--Logging:LogLevel:Default=Warning", .. settings,
        ];
        var process = Process.Start(new ProcessStartInfo("dotnet", arguments))!;
        using var http = new HttpClient { BaseAddress = address };
        while (!await Answers(http))
        {
            if (process.HasExited || watch.Elapsed > TimeSpan.FromSeconds(30))
                throw new InvalidOperationException("The server exited or did not start in 30 seconds. See its output above.");
            await Task.Delay(10);
        }
        return new ServerProcess(process, folder, address, watch.Elapsed);
    }

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

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<bool> Answers(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/api/v1/status", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        socket.Start();
        return ((System.Net.IPEndPoint)socket.LocalEndpoint).Port;
    }
}
