using OneTimeSecret.Web.Api.Parameters;

namespace OneTimeSecret.Tests.Api.Parameters;

public sealed class FieldsTests
{
    [Fact]
    public void The_number_of_fields_is_bounded()
    {
        using var fields = new Fields();
        for (var i = 0; i < Fields.MaxCount; i++)
            Assert.Null(fields.Add("x"u8, "y"u8));

        Assert.Equal(Fields.TooMany, fields.Add("x"u8, "y"u8));
        Assert.Equal(Fields.TooMany, fields.Mention(new FieldName("z")));
    }

    [Fact]
    public void Invalid_utf8_is_refused_in_names_and_in_values()
    {
        using var fields = new Fields();

        Assert.Equal(Fields.NotUtf8, fields.Add([0xFF], "y"u8));
        Assert.Equal(Fields.NotUtf8, fields.Add("x"u8, [0xFF]));
        Assert.Equal(Fields.NotUtf8, fields.Add("x"u8, [0xC0, 0x80]));
        Assert.Equal(Fields.NotUtf8, fields.Add("x"u8, [0xED, 0xA0, 0x80]));
        Assert.Null(fields.Of("x"));
    }

    [Fact]
    public void Disposing_clears_every_value()
    {
        var fields = new Fields();
        fields.Add("secret"u8, "first"u8);
        fields.Add("secret"u8, "second"u8);
        var values = fields.Of("secret")!.Select(field => field.Value.Memory).ToArray();

        fields.Dispose();

        Assert.Equal(2, values.Length);
        Assert.All(values.SelectMany(value => value.ToArray()), one => Assert.Equal(0, one));
        Assert.Null(fields.Of("secret"));
    }
}
