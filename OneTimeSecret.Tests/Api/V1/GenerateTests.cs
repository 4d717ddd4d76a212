using System.Text;
using System.Text.Json.Nodes;

namespace OneTimeSecret.Tests.Api.V1;

/// <summary>docs/contract.md, Parameters: length and character sets of generated passwords.</summary>
public sealed class GenerateTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";
    private const string Symbols = "*$!?()";
    private const string LookAlikes = "iloILO10";

    private RunningServer Server => shared.Server;

    /// <summary>What is sent as character sets, and the alphabets that the password must then use.</summary>
    public static TheoryData<string, string> Wishes() => new()
    {
        { "", Default },
        { "character_sets=", Default },
        { "character_sets=nonsense", Default },
        { "character_sets=exclude_ambiguous", Default },
        { "character_sets[numbers]=false", Default },
        { """{"character_sets":{}}""", Default },
        { """{"character_sets":{"numbers":false,"uppercase":false}}""", Default },
        { """{"character_sets":null}""", Default },
        { "character_sets[numbers]=true", Digits },
        { "character_sets[numbers]=1&character_sets[symbols]=on&character_sets[lowercase]=off", $"{Digits} {Symbols}" },
        { "character_sets=numbers,symbols", $"{Digits} {Symbols}" },
        { "character_sets= uppercase , nonsense ,lowercase", $"{Upper} {Lower}" },
        { "character_sets[]=uppercase&character_sets[]=numbers", $"{Upper} {Digits}" },
        { """{"character_sets":{"uppercase":true,"lowercase":false,"numbers":true,"unknown":true}}""", $"{Upper} {Digits}" },
        { """{"character_sets":["lowercase","symbols"]}""", $"{Lower} {Symbols}" },
        { """{"character_sets":"symbols"}""", Symbols },
        { """{"character_sets":{"numbers":true,"uppercase":true,"exclude_ambiguous":true}}""", $"{Plain(Digits)} {Plain(Upper)}" },
    };

    [Theory]
    [MemberData(nameof(Wishes))]
    public async Task Character_sets_may_be_sent_in_every_form(string sent, string alphabets)
    {
        var kinds = alphabets.Split(' ');
        var seen = new HashSet<char>();
        for (var i = 0; i < 6; i++)
        {
            var value = await Value(sent, length: 128);
            Assert.All(kinds, kind => Assert.True(value.AsSpan().IndexOfAny(kind) >= 0, $"{value} has none of {kind}"));
            seen.UnionWith(value);
        }
        Assert.Empty(seen.Except(string.Concat(kinds)));
        Assert.True(seen.Count > string.Concat(kinds).Length / 2);
    }

    [Fact]
    public async Task A_password_has_by_default_12_characters_of_all_kinds_without_look_alikes()
    {
        for (var i = 0; i < 30; i++)
        {
            var value = await Value("", length: null);
            Assert.Equal(12, value.Length);
            Assert.All(Default.Split(' '), kind => Assert.True(value.AsSpan().IndexOfAny(kind) >= 0));
            Assert.Empty(value.Intersect(LookAlikes));
        }
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("3", 3)]
    [InlineData("128", 128)]
    [InlineData(" 20 ", 20)]
    [InlineData("", 12)]
    [InlineData(" ", 12)]
    public async Task A_length_from_1_to_128_is_granted_and_a_blank_one_is_12(string length, int characters)
    {
        var receipt = await Answers.Ok(Server.Post("/api/v1/generate", ("length", length)));
        Assert.Equal(characters, ((string)receipt["value"]!).Length);
    }

    [Theory]
    [InlineData("129", "Generated password length must be no more than 128 characters")]
    [InlineData("99999999999999999999", "Generated password length must be no more than 128 characters")]
    [InlineData("0", "Generated password length must be at least 1 character")]
    [InlineData("-5", "Generated password length must be at least 1 character")]
    [InlineData("twelve", "Generated password length must be at least 1 character")]
    [InlineData("12x", "Generated password length must be at least 1 character")]
    public async Task A_length_out_of_bounds_is_refused(string length, string message)
    {
        var before = await Server.Rows();
        await Answers.Refused(Server.Post("/api/v1/generate", ("length", length)), message);
        Assert.Equal(before, await Server.Rows());
    }

    [Fact]
    public async Task The_length_may_be_a_JSON_number()
    {
        var receipt = await Answers.Ok(Server.Send("POST", "/api/v1/generate", Json("""{"length":7,"secret":"ignored"}""")));
        Assert.Equal(7, ((string)receipt["value"]!).Length);
    }

    [Fact]
    public async Task Character_sets_nested_too_deep_are_refused()
    {
        await Answers.Malformed(Server.Send("POST", "/api/v1/generate", Json("""{"character_sets":{"numbers":{"x":true}}}""")));
        await Answers.Malformed(Server.Post("/api/v1/generate", ("character_sets[a][b]", "true")));
    }

    private static string Default => $"{Plain(Upper)} {Plain(Lower)} {Plain(Digits)} {Symbols}";

    private static string Plain(string kind) => string.Concat(kind.Where(c => !LookAlikes.Contains(c, StringComparison.Ordinal)));

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private async Task<string> Value(string sent, int? length)
    {
        HttpContent body = new StringContent($"{sent}&length={length}", Encoding.UTF8, "application/x-www-form-urlencoded");
        if (sent.StartsWith('{'))
        {
            var json = JsonNode.Parse(sent)!.AsObject();
            json["length"] = length;
            body = Json(json.ToJsonString());
        }
        return (string)(await Answers.Ok(Server.Send("POST", "/api/v1/generate", body)))["value"]!;
    }
}
