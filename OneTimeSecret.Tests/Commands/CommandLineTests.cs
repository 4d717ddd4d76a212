using static System.StringComparison;

namespace OneTimeSecret.Tests.Commands;

/// <summary>Arguments of the program are verbs, options and settings. Everything else is refused.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Help_names_the_verbs_and_options_and_starts_nothing()
    {
        var help = await _folder.Run("--help");
        Assert.Equal(0, help.Code);
        string[] words =
            ["account", "token", "admin", "keys", "mail", "verify-erasure", "--data", "--keys", "--urls", "--Section:Key=value"];
        foreach (var word in words)
            Assert.Contains(word, help.Output, Ordinal);
        Assert.DoesNotContain("--setting", help.Output, Ordinal);
        Assert.False(Directory.Exists(_folder.Data));
    }

    [Theory]
    [InlineData("serve", "'serve' is neither a verb nor an option")]
    [InlineData("--bogus", "'--bogus' is neither a verb nor an option")]
    [InlineData("--bogus=1", "'--bogus=1' is neither a verb nor an option")]
    [InlineData("keys list surplus", "'surplus' is neither a verb nor an option")]
    [InlineData("--Limits:Enabled", "--Limits:Enabled needs a value, such as --Limits:Enabled=VALUE")]
    public async Task An_unknown_or_incomplete_argument_is_refused_with_a_reason(string words, string reason)
    {
        var ran = await InProcess.Run(["--data", _folder.Data, .. words.Split(' ')]);
        Assert.Contains(reason, ran.Refusal, Ordinal);
        Assert.False(Directory.Exists(_folder.Data));
    }

    [Fact]
    public async Task Settings_are_accepted_in_both_forms_and_at_any_position()
    {
        await _folder.Make();
        Assert.Equal("a@example.com", (await _folder.Run("--Limits:Creates=5", "account", "add", "a@example.com")).Result);
        Assert.Equal("b@example.com", (await _folder.Run("account", "add", "--Limits:Creates", "5", "b@example.com")).Result);
        Assert.Contains("Limits:Creates is '5=6'", (await _folder.Run("keys", "list", "--Limits:Creates=5=6")).Refusal, Ordinal);
    }

    [Fact]
    public async Task Mistakes_in_the_configuration_are_listed_at_once_and_nothing_starts()
    {
        var ran = await BuiltProgram.Run(
            ["--data", _folder.Data, "--urls", "http://127.0.0.1:0", "--Limits:Creates=x",
                "--Site:PublicUrl", "nonsense", "--Storage:QueueLength=0"],
            environment: ("OTS_Secrets__Nonsense", "1"));
        Assert.Equal(
            """
            The configuration has mistakes; nothing was started:
              - Site:PublicUrl must be an http or https address without path, such as https://secrets.example.com
              - Storage:QueueLength is '0', but must be between 1 and 100000
              - Secrets:Nonsense: there is no such setting
              - Limits:Creates is 'x', but must be a whole number
            Every setting is described in docs/configuration.md.

            """, ran.Refusal);
        Assert.Equal(1, ran.Code);
        Assert.False(Directory.Exists(_folder.Data));
    }

    [Fact]
    public async Task Arguments_override_the_environment_which_overrides_the_file()
    {
        // A copy of the program with its own appsettings.json.
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory).Where(file => Path.GetExtension(file) is ".dll" or ".json"))
            File.Copy(file, Path.Combine(_folder.Path, Path.GetFileName(file)));
        if (Directory.Exists(Path.Combine(AppContext.BaseDirectory, "runtimes")))
            Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "runtimes"), Path.Combine(AppContext.BaseDirectory, "runtimes"));
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "appsettings.json"),
            """{"Limits":{"Creates":"file","Reveals":"file","WindowMinutes":"file"},"Site":{"TrustedProxies":["file","10.0.0.1"]}}""");

        var ran = await BuiltProgram.Run(
            ["keys", "list", "--Limits:Creates=argument"], null, Path.Combine(_folder.Path, "OneTimeSecret.Web.dll"),
            ("OTS_Limits__Creates", "environment"), ("OTS_Limits__Reveals", "environment"));
        Assert.Contains("Limits:Creates is 'argument'", ran.Refusal, Ordinal);
        Assert.Contains("Limits:Reveals is 'environment'", ran.Refusal, Ordinal);
        Assert.Contains("Limits:WindowMinutes is 'file'", ran.Refusal, Ordinal);
        Assert.Contains("Site:TrustedProxies holds 'file'", ran.Refusal, Ordinal);
    }

    [Fact]
    public async Task An_address_in_use_is_reported_in_words_without_a_stack_trace()
    {
        await using var first = await _folder.Serve();
        var address = first.Http.BaseAddress!.ToString();
        var second = await BuiltProgram.Run(["--data", _folder.Data, "--urls", address]);
        Assert.Equal(
            (1, $"The server cannot listen on {address}: another program uses the address or port. End that program, or name another "
                + "address with --urls.\n"),
            (second.Code, second.Error));
        Assert.DoesNotContain("fail:", second.Output, Ordinal); // nor in the log, where the framework would write a stack trace
        Assert.DoesNotContain("   at ", second.Output, Ordinal);
    }

    [Fact]
    public async Task A_runtime_that_does_not_normalize_text_is_refused_before_anything_is_created()
    {
        var ran = await BuiltProgram.Run(
            ["--data", _folder.Data, "--urls", "http://127.0.0.1:0"], environment: ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1"));
        Assert.Contains("This runtime does not normalize Unicode text", ran.Refusal, Ordinal);
        Assert.False(Directory.Exists(_folder.Data));
    }
}
