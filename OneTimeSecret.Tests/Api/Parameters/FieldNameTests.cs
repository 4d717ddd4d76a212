using OneTimeSecret.Web.Api.Parameters;

namespace OneTimeSecret.Tests.Api.Parameters;

public sealed class FieldNameTests
{
    [Theory]
    [InlineData("", "", nameof(FieldForm.Scalar), null)]
    [InlineData("secret", "secret", nameof(FieldForm.Scalar), null)]
    [InlineData("secret]", "secret]", nameof(FieldForm.Scalar), null)]
    [InlineData("recipient[]", "recipient", nameof(FieldForm.Element), null)]
    [InlineData("character_sets[numbers]", "character_sets", nameof(FieldForm.Member), "numbers")]
    [InlineData("a[b][c]", "a", nameof(FieldForm.Nested), null)]
    [InlineData("a[][]", "a", nameof(FieldForm.Nested), null)]
    [InlineData("a[[]]", "a", nameof(FieldForm.Nested), null)]
    [InlineData("a[", "a", nameof(FieldForm.Nested), null)]
    [InlineData("a[b", "a", nameof(FieldForm.Nested), null)]
    [InlineData("a[b]c", "a", nameof(FieldForm.Nested), null)]
    [InlineData("a[b[", "a", nameof(FieldForm.Nested), null)]
    public void Brackets_in_a_field_name_give_its_parameter_form_and_key(string text, string parameter, string form, string? key) =>
        Assert.Equal(new FieldName(parameter, Enum.Parse<FieldForm>(form), key), FieldName.Parse(text));

    [Fact]
    public void Field_names_from_JSON_equal_those_from_forms()
    {
        var name = new FieldName("a");

        Assert.Equal(FieldName.Parse("a[]"), name.Element());
        Assert.Equal(FieldName.Parse("a[b]"), name.Member("b"));
        Assert.Equal(FieldName.Parse("a[][]"), name.Element().Element());
        Assert.Equal(FieldName.Parse("a[b][c]"), name.Member("b").Member("c"));
    }

    [Theory]
    [InlineData("secret", nameof(FieldForm.Scalar))]
    [InlineData("passphrase", nameof(FieldForm.Scalar))]
    [InlineData("ttl", nameof(FieldForm.Scalar))]
    [InlineData("share_domain", nameof(FieldForm.Scalar))]
    [InlineData("length", nameof(FieldForm.Scalar))]
    [InlineData("recipient", nameof(FieldForm.Element))]
    [InlineData("character_sets", nameof(FieldForm.Member))]
    [InlineData("unknown", nameof(FieldForm.Nested))]
    public void Each_parameter_allows_only_the_forms_of_the_contract(string parameter, string deepest)
    {
        foreach (var form in Enum.GetValues<FieldForm>())
            Assert.Equal(form <= Enum.Parse<FieldForm>(deepest), new FieldName(parameter, form).IsAllowed);
    }
}
