using System.Text.Unicode;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using OneTimeSecret.Web.Api.Parameters;

namespace OneTimeSecret.Tests.Api.Parameters;

/// <summary>Any bytes with any content type give a result. They never cause an exception, and never give text that is not UTF-8.</summary>
[Properties(Arbitrary = [typeof(HostileBytesTests)], MaxTest = 2000)]
public sealed class HostileBytesTests
{
    private const int Limit = 200;

    private static readonly string?[] ContentTypes =
    [
        null, "", "text/plain", "nonsense;=", "multipart/form-data", "multipart/form-data; boundary=\"",
        Sent.Form, Sent.Json, Sent.Multipart,
    ];

    private static readonly string[] Sound =
    [
        "secret=a%20b&recipient[]=x&character_sets[numbers]=true&ttl=60",
        """{"secret":"a\u00e9\ud83d\udd11","recipient":["x",null],"character_sets":{"numbers":true},"ttl":60}""",
        "--frontier\r\nContent-Disposition: form-data; name=\"secret\"; filename=\"x\"\r\n\r\na\r\n--frontier--\r\n",
    ];

    [Property]
    public async Task Arbitrary_bytes_never_throw_and_never_give_text_that_is_not_UTF8(Hostile sent)
    {
        var reading = await Sent.Read(sent.Body, sent.ContentType, limit: Limit);

        Assert.Equal(sent.Body.Length > Limit, reading is ParameterReading.TooLarge);
        if (reading is not ParameterReading.Parsed(var parameters))
            return;

        using (parameters)
        {
            Assert.True(Utf8.IsValid((parameters.Bytes("secret") ?? default).Span));
            Assert.DoesNotContain('\uFFFD', string.Concat(parameters.List("recipient")) + parameters.Text("secret"));
            Assert.All(parameters.Flags("character_sets")?.Keys ?? [], name => Assert.DoesNotContain('\uFFFD', name));
        }
    }

    [Property]
    public async Task An_arbitrary_query_never_throws_and_is_never_too_large(string? text)
    {
        var reading = await Sent.Read([], contentType: null, "?" + text);
        (reading as ParameterReading.Parsed)?.Parameters.Dispose();
        Assert.IsNotType<ParameterReading.TooLarge>(reading);
    }

    public static Arbitrary<Hostile> Requests()
    {
        var bytes = Gen.Choose(0, 255).Select(one => (byte)one);
        var noise = Gen.Choose(0, Limit + 20).SelectMany(count => bytes.ArrayOf(count));
        var damaged =
            from sound in Gen.Elements(Sound)
            from damages in Gen.Choose(0, sound.Length - 1).Two().Zip(bytes).ListOf(3)
            select damages.Aggregate(Sent.Bytes(sound), Damage);

        return (from body in Gen.OneOf(noise, damaged, damaged)
                from contentType in Gen.Elements(ContentTypes)
                select new Hostile(body, contentType)).ToArbitrary();
    }

    // Overwrites a byte, drops the rest, or drops or repeats a piece. A slightly damaged body gets further into the parsers than noise.
    private static byte[] Damage(byte[] body, ((int From, int To), byte With) damage)
    {
        var ((from, to), with) = damage;
        if (from >= body.Length)
            return body;

        return (with % 4) switch
        {
            0 => body[..from],
            1 => [.. body[..from], .. body[Math.Min(to, body.Length)..]],
            _ => [.. body[..from], with, .. body[(from + 1)..]],
        };
    }

    public sealed record Hostile(byte[] Body, string? ContentType);
}
