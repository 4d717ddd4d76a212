using OneTimeSecret.Tests.Api.V1;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Components.Pages;

/// <summary>Pages of links that mail programs or people have lengthened, broken or cut.</summary>
public sealed class BrokenLinksTests(SharedServer shared) : IClassFixture<SharedServer>
{
    /// <summary>Text before and after the key.</summary>
    public static TheoryData<string, string> Around() => new()
    {
        { "", "." }, { "", ")" }, { "%3C", "%3E" }, { "%20", "%20%0D%0A" }, { "%C2%A0", "%E2%80%8B" }, { "", "&utm_source=x" },
        { "", "%3Fx" }, { "", "%2520" }, { "", "/" },
    };

    private RunningServer Server => shared.Server;

    [Theory]
    [MemberData(nameof(Around))]
    public async Task A_link_with_text_around_its_key_opens_and_its_form_reveals(string before, string behind)
    {
        foreach (var path in (string[])["/secret/", "/shared/"])
        {
            var (key, _) = await Server.Share("the value");
            using var reader = await new Reader(Server).Open(path + before + key.ToUpperInvariant()[..9] + "%0A" + key[9..] + behind);
            Assert.Equal((200, "Somebody sent you a secret"), (reader.Status, reader.Heading));
            await reader.Send();
            Assert.Equal("the value", reader.Text("#value"));
        }
    }

    [Theory]
    [MemberData(nameof(Around))]
    public async Task A_receipt_link_with_text_around_its_key_opens_and_the_links_of_its_page_are_clean(string before, string behind)
    {
        var (key, metadata) = await Server.Share("the value");
        using var reader = await new Reader(Server).Open("/private/" + before + metadata + behind);
        Assert.Equal((200, $"{Server.Origin}/secret/{key}"), (reader.Status, reader.Text("#link")));
        Assert.True(reader.Has($"[data-live='/receipt/{metadata}/events']"));
        Assert.True(reader.Has($"a[href='/receipt/{metadata}/burn']"));
        await reader.Open($"/receipt/{before}{metadata}{behind.TrimEnd('/')}/burn");
        await reader.Send();
        Assert.Equal((200, $"/receipt/{metadata}", "Your secret was destroyed unread"), (reader.Status, reader.Path, reader.Heading));
    }

    /// <summary>Somebody who has only half a link must not be told that the secret may have been opened.</summary>
    [Theory]
    [InlineData("x")]
    [InlineData("%20%20")]
    [InlineData("%E2%80%8B")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123")]
    [InlineData("abcdefghijklmnopqrstuvwxyz012345")]
    [InlineData("abcdefghijklmno-pqrstuvwxyz01234")]
    [InlineData("%2520abcdefghijklmnopqrstuvwxyz01234")]
    public async Task A_link_that_cannot_contain_a_key_says_that_it_may_be_incomplete(string key)
    {
        foreach (var path in (string[])[$"/secret/{key}", $"/shared/{key}", $"/receipt/{key}", $"/private/{key}", $"/receipt/{key}/burn"])
        {
            using var reader = await new Reader(Server).Open(path);
            Assert.Equal((404, "This link is not complete"), (reader.Status, reader.Heading));
            var text = reader.Text("main");
            Assert.Contains("may have been copied incompletely", text, Ordinal);
            Assert.DoesNotContain("opened", text, OrdinalIgnoreCase);
            Assert.Equal(3, reader.Page.QuerySelectorAll("main li").Length); // as on the page of a secret that is gone
        }
    }

    [Fact]
    public async Task A_POST_to_an_incomplete_link_answers_404_and_changes_nothing()
    {
        var (key, _) = await Server.Share("the value");
        using var reader = await new Reader(Server).Open($"/secret/{key}");
        foreach (var half in (string[])["x", "%20"])
            Assert.Equal(404, await reader.PostTo($"/secret/{half}", "reveal"));
        foreach (var form in (string[])["lift", "adopt"])
            Assert.Equal(404, await reader.PostTo("/receipt/%20", form));
        Assert.Equal(404, await reader.PostTo("/receipt/%20/burn", "burn"));
        Assert.Equal("the value", await Server.Reveal(key));
    }

    [Fact]
    public async Task A_complete_but_unknown_key_says_that_there_is_no_secret_or_receipt()
    {
        using var reader = await new Reader(Server).Open("/secret/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        Assert.Equal((404, "There is no secret here"), (reader.Status, reader.Heading));
        await reader.Open("/receipt/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.");
        Assert.Equal((404, "There is no receipt here"), (reader.Status, reader.Heading));
    }
}
