using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Web;
using OneTimeSecret.Web.Commands;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Commands;

/// <summary>A server that cannot listen says why and what to do. CommandLineTests shows that it says nothing else.</summary>
public sealed class ListenFaultTests : IDisposable
{
    private const string Look = " Addresses look like http://localhost:5000, or http://*:5000 for all addresses of the machine.";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_reason_for_not_listening_has_its_own_sentence()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await Says($"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}", "another program uses the address or port. End that ");
        await Says("http://192.0.2.1:5000", "this machine has no such address. Name one that it has with --urls, or http://*:PORT ");
        await Says("nonsense", "Invalid url: 'nonsense'" + Look);
        await Says("http://127.0.0.1:5000/path", "A path base can only be configured using IApplicationBuilder.UsePathBase()." + Look);
        await Says("ftp://127.0.0.1:5000", "Unrecognized scheme in server address 'ftp://127.0.0.1:5000");
        await Says("http://127.0.0.1:99999", "");
        await Says("https://127.0.0.1:0", "https needs a certificate. Set Kestrel:Certificates:Default:Path to its file, or ");
        var none = Path.Combine(_folder.Path, "none");
        await Says("https://127.0.0.1:0", "Could not find file '", $"--Kestrel:Certificates:Default:Path={none}");

        var file = Path.Combine(_folder.Path, "socket");
        await Says($"http://unix:{none}/socket", "the folder of the socket file does not exist. Create it, or choose another.");
        await File.WriteAllTextAsync(file, "");
        await Says($"http://unix:{file}", "the socket file already exists. Stop the server that uses it, or delete the file.");
        await Says($"http://unix:{Path.Combine(_folder.Path, new string('x', 200))}", "");
        Assert.StartsWith(
            "The server cannot listen at the addresses of Kestrel:Endpoints: this machine has no such address.",
            await Fault("--Kestrel:Endpoints:One:Url=http://192.0.2.1:5000"), Ordinal);
    }

    [Fact]
    public async Task A_port_that_the_user_may_not_use_is_reported_with_a_remedy()
    {
        OtherUser.Demand();
        var first = (await File.ReadAllTextAsync("/proc/sys/net/ipv4/ip_unprivileged_port_start")).Trim();
        Assert.SkipWhen(int.Parse(first, System.Globalization.CultureInfo.InvariantCulture) <= 80, "Here everybody may use port 80.");
        await Bash.Run($"chmod 777 '{_folder.Path}'");
        var ran = await BuiltProgram.RunAs(OtherUser.Id, "--data", _folder.Data, "--urls", "http://127.0.0.1:80");
        Assert.Equal(
            "The server cannot listen on http://127.0.0.1:80: this user may not use the port. Name one from 1024 on with --urls, or give "
            + "the program that right.\n", ran.Error);
    }

    [Fact]
    public async Task Any_other_exception_is_not_explained_so_that_its_stack_trace_is_kept() => Assert.Null(ListenFault.Explain(
        (await Record.ExceptionAsync(() => Task.FromException(new InvalidOperationException("a bug"))))!,
        new Microsoft.Extensions.Configuration.ConfigurationManager()));

    [Fact]
    public async Task A_data_folder_that_is_a_file_is_refused_with_a_reason()
    {
        await File.WriteAllTextAsync(_folder.Data, "");
        Assert.Equal(
            $"The data folder {_folder.Data} is a file. Name a folder with --data.",
            (await Assert.ThrowsAsync<IOException>(() => RunningServer.Start(_folder.Data, adjust: null))).Message);
    }

    private async Task Says(string urls, string reason, params string[] more)
    {
        var said = await Fault([$"--urls={urls}", .. more]);
        Assert.StartsWith($"The server cannot listen on {urls}: {reason}", said, Ordinal);
        Assert.DoesNotContain('\n', said);
        Assert.EndsWith(".", said, Ordinal);
    }

    private async Task<string> Fault(params string[] settings)
    {
        await using var app = await Server.Open(
            ["--environment=Production", $"--Storage:Data={_folder.Data}", .. settings], builder => builder.Logging.ClearProviders());
        var fault = await Record.ExceptionAsync(() => app.StartAsync(TestContext.Current.CancellationToken));
        Assert.NotNull(fault);
        return ListenFault.Explain(fault, app.Configuration) ?? throw new InvalidOperationException("The fault has no explanation.", fault);
    }
}
