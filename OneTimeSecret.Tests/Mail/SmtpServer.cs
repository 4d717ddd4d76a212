using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MimeKit;
using OneTimeSecret.Tests.Browser;

namespace OneTimeSecret.Tests.Mail;

/// <summary>
/// A real mail server on this machine, in its own process: <c>smtp_server.py</c>, which documents its arguments. It uses Debian's
/// python3-aiosmtpd. If that is missing, tests that need it are skipped, or fail with <c>OTS_SMTP=required</c>.
/// </summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    private const string Missing =
        "There is no aiosmtpd for Python: './test.sh' as root or 'apt-get install python3-aiosmtpd' installs it on Debian.";

    private readonly Process _process;
    private readonly List<ReceivedMail> _mails = [];
    private Task _reading = Task.CompletedTask;

    private SmtpServer(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>The mails accepted so far. A mail that was accepted twice is in the list twice.</summary>
    public IReadOnlyList<ReceivedMail> Mails
    {
        get
        {
            lock (_mails)
                return [.. _mails];
        }
    }

    /// <summary>The settings that make a server send its mail here.</summary>
    public string[] Settings(string tls = "None", string host = "127.0.0.1") =>
    [
        "--Mail:Transport=Smtp", $"--Mail:Host={host}", string.Create(CultureInfo.InvariantCulture, $"--Mail:Port={Port}"),
        $"--Mail:Tls={tls}", "--Site:PublicUrl=https://secrets.example.com",
    ];

    public static async Task<SmtpServer> Start(params string[] words)
    {
        // Debian's own Python has Debian's packages. Another Python may come before it in PATH.
        var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
        var script = Path.Combine(AppContext.BaseDirectory, "Mail", "smtp_server.py");
        var process = Process.Start(new ProcessStartInfo(python, [script, .. words])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        if (await process.StandardOutput.ReadLineAsync() is not { } first)
        {
            var error = await process.StandardError.ReadToEndAsync();
            Assert.SkipWhen(error.Contains("No module named 'aiosmtpd'", StringComparison.Ordinal) && !Wishes.SmtpRequired, Missing);
            throw new InvalidOperationException($"The mail server did not start.\n{error}");
        }
        var server = new SmtpServer(process, JsonDocument.Parse(first).RootElement.GetProperty("port").GetInt32());
        server._reading = Task.WhenAll(server.Read(), process.StandardError.ReadToEndAsync());
        return server;
    }

    /// <summary>Waits for a mail, and asserts that it is the only one.</summary>
    public async Task<ReceivedMail> Single()
    {
        await Verbs.Until(() => Mails.Count > 0);
        return Assert.Single(Mails);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task Read()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var mail = JsonSerializer.Deserialize<ReceivedMail>(line, JsonSerializerOptions.Web)!;
            lock (_mails)
                _mails.Add(mail);
        }
    }
}

/// <summary>A mail as the mail server accepted it.</summary>
/// <param name="Sender">The envelope's sender.</param>
/// <param name="Recipients">The envelope's recipients.</param>
/// <param name="Options">The options of MAIL FROM, such as SMTPUTF8.</param>
/// <param name="Ehlo">The name that the client sent with EHLO.</param>
/// <param name="Tls">True if it was sent over TLS.</param>
/// <param name="User">The user that was signed in, or null.</param>
/// <param name="Content">The mail's bytes.</param>
internal sealed record ReceivedMail(
    string Sender, IReadOnlyList<string> Recipients, IReadOnlyList<string> Options, string Ehlo, bool Tls, string? User, byte[] Content)
{
    [JsonIgnore]
    public MimeMessage Message { get; } = MimeMessage.Load(new MemoryStream(Content));

    [JsonIgnore]
    public string MessageId => Message.MessageId!;
}
