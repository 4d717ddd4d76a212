using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Commands;

/// <summary>Runs the built program as a separate process.</summary>
internal sealed partial class BuiltProgram : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly Process _process;
    private readonly List<string> _lines = [];

    private BuiltProgram(Process process) => _process = process;

    public HttpClient Http { get; private set; } = null!;

    public int Id => _process.Id;

    /// <summary>Runs a verb to its end.</summary>
    public static Task<Ran> Run(
        string[] words, string? input = null, string? program = null, params (string Name, string Value)[] environment) =>
        Finish(Start(words, program, environment), input);

    private static async Task<Ran> Finish(Process started, string? input)
    {
        using var process = started;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }
        return new Ran(process.ExitCode, await output, await error);
    }

    /// <summary>Runs a verb as another user of the machine (<see cref="OtherUser"/>).</summary>
    public static Task<Ran> RunAs(uint user, params string[] words) => Finish(Start(words, null, [], user), null);

    /// <summary>Starts a server and waits until it listens.</summary>
    public static Task<BuiltProgram> Serve(string data, params string[] settings) => Serve(null, data, settings);

    /// <summary>Starts a server as another user of the machine.</summary>
    public static Task<BuiltProgram> ServeAs(uint user, string data, params string[] settings) => Serve(user, data, settings);

    private static async Task<BuiltProgram> Serve(uint? user, string data, string[] settings)
    {
        var server = new BuiltProgram(Start(["--data", data, "--urls", "http://127.0.0.1:0", .. settings], null, [], user));
        server._process.OutputDataReceived += (_, line) => server.Take(line.Data);
        server._process.ErrorDataReceived += (_, line) => server.Take(line.Data);
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        var address = Address().Match(await server.Says("Now listening on: "));
        server.Http = new HttpClient { BaseAddress = new Uri(address.Value) };
        return server;
    }

    /// <summary>Waits for a line of the log.</summary>
    public async Task<string> Says(string text)
    {
        var since = Stopwatch.StartNew();
        while (since.Elapsed < Patience)
        {
            lock (_lines)
            {
                if (_lines.Find(line => line.Contains(text, Ordinal)) is { } found)
                    return found;
            }
            await Task.Delay(20);
        }
        throw new TimeoutException($"The server never said '{text}':\n{string.Join('\n', _lines)}");
    }

    /// <summary>Asks the server to stop, as a service manager does.</summary>
    public async Task Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Kills the server, as in a power failure.</summary>
    public Task<int> Kill()
    {
        _process.Kill();
        return Exit();
    }

    /// <summary>Waits until the process has ended.</summary>
    public async Task<int> Exit(TimeSpan? atMost = null)
    {
        using var patience = new CancellationTokenSource(atMost ?? Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (!_process.HasExited)
            await Kill();
        _process.Dispose();
    }

    private static Process Start(string[] words, string? program, (string Name, string Value)[] environment, uint? user = null)
    {
        string[] line = ["dotnet", program ?? Path.Combine(AppContext.BaseDirectory, "OneTimeSecret.Web.dll"), .. words];
        if (user is { } other)
            line = [.. OtherUser.Prefix(other), .. line];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        if (user is not null) // static files of packages may be in root's home folder, which that user cannot read
            start.Environment["ASPNETCORE_STATICWEBASSETS"] = "none";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private void Take(string? line)
    {
        lock (_lines)
            _lines.Add(line ?? "");
    }

    [GeneratedRegex(@"http://[\d.:]+", RegexOptions.None, 1000)]
    private static partial Regex Address();

    /// <summary>Exit code and output of a verb.</summary>
    public sealed record Ran(int Code, string Output, string Error)
    {
        /// <summary>The one line of output of a verb that succeeded.</summary>
        public string Result
        {
            get
            {
                Assert.True(Code == 0, Error);
                return Assert.Single(Output.TrimEnd('\n').Split('\n'));
            }
        }

        /// <summary>The error output of a verb that was refused, which prints nothing on standard output.</summary>
        public string Refusal
        {
            get
            {
                Assert.NotEqual(0, Code);
                Assert.Equal("", Output);
                Assert.DoesNotContain("   at ", Error, Ordinal);
                return Error;
            }
        }
    }
}
