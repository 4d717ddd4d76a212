using Microsoft.Extensions.Configuration;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Tests.Administration;
using OneTimeSecret.Tests.Commands;
using OneTimeSecret.Web.Configuration;

namespace OneTimeSecret.Tests.Components.Administration.Settings;

/// <summary>The settings in effect, and where each was set.</summary>
public sealed class SettingsPageTests
{
    [Fact]
    public async Task Each_setting_is_shown_with_its_effective_value_and_its_source()
    {
        await using var server = await RunningServer.Start(
            "--limits:creates=7", "--Site:AllowedHosts=a.example.com,b.example.com", "--Site:ShareDomains:0=<b>x</b>", "--Brand:Links=");
        using var admin = await server.SignInAdmin("/admin/settings");
        var rows = Rows(admin);
        Assert.Equal(("7", "argument"), rows["Limits:Creates"]);
        Assert.Equal(("1000", "nobody (default)"), rows["Limits:Reveals"]);
        Assert.Equal(("a.example.com, b.example.com", "argument"), rows["Site:AllowedHosts"]);
        Assert.Equal(("<b>x</b>", "argument"), rows["Site:ShareDomains"]);
        Assert.Equal(("not set", "argument"), rows["Brand:Links"]);
        Assert.Equal(("not set", "nobody (default)"), rows["Mail:Password"]);
        Assert.Equal(("true", "nobody (default)"), rows["Limits:Enabled"]);
        Assert.Equal((server.Folder, "argument"), rows["Storage:Data"]);
        Assert.Equal(("Closed", "nobody (default)"), rows["Accounts:SignUp"]); // derived, because no mail is sent
        Assert.DoesNotContain("Admin.Settings", admin.Text("main"), StringComparison.Ordinal);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task The_mail_password_is_nowhere_on_the_settings_page(bool inFile)
    {
        const string Password = "hush-hush-hush";
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "password");
        await File.WriteAllTextAsync(file, Password);
        await using var server = await RunningServer.Start(
            "--Mail:User=relay", inFile ? $"--Mail:PasswordFile={file}" : $"--Mail:Password={Password}");
        using var admin = await server.SignInAdmin("/admin/settings");
        Assert.Equal(("set, and not shown", inFile ? "nobody (default)" : "argument"), Rows(admin)["Mail:Password"]);
        Assert.DoesNotContain(Password, await admin.Answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void File_environment_argument_and_default_are_distinguished_as_sources()
    {
        using var file = new MemoryStream("""{ "Limits": { "Creates": 1, "Reveals": 2, "SignIns": 3 } }"""u8.ToArray());
        const string Prefix = "OTSX_";
        Environment.SetEnvironmentVariable(Prefix + "Limits__Reveals", "4");
        var settings = new SettingsInEffect(new ConfigurationBuilder()
            .AddJsonStream(file).AddEnvironmentVariables(Prefix).AddCommandLine(["--Limits:SignIns=5"]).Build());
        Environment.SetEnvironmentVariable(Prefix + "Limits__Reveals", null);
        settings.Add("Limits", new LimitOptions());
        var sources = Assert.Single(settings.Read()).Settings.ToDictionary(s => s.Key, s => s.Source, StringComparer.Ordinal);
        Assert.Equal(
            (SettingSource.File, SettingSource.Environment, SettingSource.Argument, SettingSource.Default),
            (sources["Limits:Creates"], sources["Limits:Reveals"], sources["Limits:SignIns"], sources["Limits:Enabled"]));
    }

    private static Dictionary<string, (string Value, string Source)> Rows(Reader reader) => reader.Page.QuerySelectorAll("tbody tr")
        .Select(row => row.QuerySelectorAll("td").Select(cell => cell.TextContent.Trim()).ToList())
        .ToDictionary(cells => cells[0], cells => (cells[1], cells[2]), StringComparer.Ordinal);
}
