using static System.StringComparison;

namespace OneTimeSecret.Tests.Commands;

/// <summary>How the operator adds the first people to a server.</summary>
public sealed class FirstPeopleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_commands_on_the_sign_up_page_and_in_the_log_create_the_first_administrator()
    {
        await using var server = await _folder.Serve();
        var log = await server.Says("There are no accounts yet");
        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(
            await server.Http.GetStringAsync(new Uri("/signup", UriKind.Relative)));
        var lines = page.QuerySelector("#commands")!.TextContent.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Contains(string.Join(" && ", lines), log, Ordinal);

        Assert.Equal("you@example.com", (await Run(lines[0])).Result);
        Assert.Equal("you@example.com", (await Run(lines[1])).Result);
        var link = (await Run(lines[2])).Result;
        Assert.StartsWith(server.Http.BaseAddress + "reset?email=", link, Ordinal);
        using (var answer = await server.Http.GetAsync(new Uri(link)))
        {
            Assert.Equal(200, (int)answer.StatusCode);
            Assert.DoesNotContain("too old", await answer.Content.ReadAsStringAsync(), Ordinal);
        }
        Assert.DoesNotContain("commands", await server.Http.GetStringAsync(new Uri("/signup", UriKind.Relative)), Ordinal);

        static Task<BuiltProgram.Ran> Run(string line) => InProcess.Run(line.Split(' ')[1..]);
    }

    [Fact]
    public async Task An_address_can_be_invited_until_it_has_an_account()
    {
        await _folder.Make();
        string[] invite = ["account", "invite", "you@example.com", "--Site:PublicUrl=https://secrets.example.com"];
        Assert.StartsWith("https://secrets.example.com/reset?email=you%40example.com&token=", (await _folder.Run(invite)).Result, Ordinal);
        Assert.StartsWith("https://secrets.example.com/reset?", (await _folder.Run(invite)).Result, Ordinal);
        var mailed = await _folder.Run([.. invite, "--mail", "--Mail:Transport=Pickup"]);
        Assert.StartsWith("The link went to ", mailed.Result, Ordinal);
        var file = Assert.Single(Directory.GetFiles(_folder.File("mail")));
        Assert.Contains("You are invited to OneTimeSecret", (await MimeKit.MimeMessage.LoadAsync(file)).TextBody, Ordinal);

        await _folder.Run("account", "add", "old@example.com");
        Assert.Contains("`account link old@example.com`", (await _folder.Run("account", "invite", "old@example.com")).Refusal, Ordinal);
        Assert.Contains("'nonsense' is not an e-mail address", (await _folder.Run("account", "invite", "nonsense")).Refusal, Ordinal);
    }
}
