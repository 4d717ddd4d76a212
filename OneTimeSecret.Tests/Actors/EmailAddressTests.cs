using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Tests.Actors;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("tryouts@onetimesecret.com", "tr***@o***.com")]
    [InlineData("dm@onetimesecret.com", "dm@o***.com")]
    [InlineData("d@onetimesecret.com", "d@o***.com")]
    [InlineData("user@example.co.uk", "us***@e***.co.uk")]
    [InlineData("user@mail.example.co.uk", "us***@m***.co.uk")]
    [InlineData("user@mail.example.com", "us***@m***.com")]
    [InlineData("user@co.uk", "us***@c***.uk")]
    [InlineData("user@example.com.au", "us***@e***.com.au")]
    [InlineData("user@example.de", "us***@e***.de")]
    public void An_address_is_obfuscated_as_in_the_contract(string text, string obfuscated)
    {
        var address = EmailAddress.Parse(text)!;
        Assert.Equal(obfuscated, address.Obfuscated);
        Assert.Equal(obfuscated, $"{address}");
    }

    [Theory]
    [InlineData("Jane.Doe+tag@Example.COM", "jane.doe+tag@example.com")]
    [InlineData("  jane@example.com\t", "jane@example.com")]
    [InlineData("jane@example.com\r\n", "jane@example.com")]
    [InlineData("o'hara@example.com", "o'hara@example.com")]
    [InlineData("jane@xn--mnchen-3ya.de", "jane@xn--mnchen-3ya.de")]
    public void An_address_is_trimmed_and_lower_case(string text, string expected) =>
        Assert.Equal(expected, EmailAddress.Parse(text)?.Text);

    [Theory]
    [InlineData("jane@münchen.de", "jane@xn--mnchen-3ya.de")]
    [InlineData("jane@MÜNCHEN.de", "jane@xn--mnchen-3ya.de")]
    [InlineData("jane@ex\u0430mple.com", "jane@xn--exmple-4nf.com")]
    [InlineData("jane@例え.jp", "jane@xn--r8jz45g.jp")]
    [InlineData("jane@ｅｘａｍｐｌｅ.com", "jane@example.com")]
    [InlineData("jane@example。com", "jane@example.com")]
    public void Host_is_converted_to_ASCII_so_that_look_alikes_are_visible(string text, string expected) =>
        Assert.Equal(expected, EmailAddress.Parse(text)?.Text);

    [Theory]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("jane")]
    [InlineData("jane@")]
    [InlineData("@example.com")]
    [InlineData("jane@localhost")]
    [InlineData("jane@example.com.")]
    [InlineData("jane@.example.com")]
    [InlineData("jane@example..com")]
    [InlineData("jane@-example.com")]
    [InlineData("jane@exa_mple.com")]
    [InlineData("jane@192.0.2.1")]
    [InlineData("jane@[192.0.2.1]")]
    [InlineData("jane@exam ple.com")]
    [InlineData("ja ne@example.com")]
    [InlineData("jane@example.com joe@example.com")]
    [InlineData("jane@example.com,joe@example.com")]
    [InlineData("jane@example.com;joe@example.com")]
    [InlineData("jane@joe@example.com")]
    [InlineData("jane@@example.com")]
    [InlineData("\"jane\"@example.com")]
    [InlineData("\"jane@example.com\"@example.com")]
    [InlineData("Jane <jane@example.com>")]
    [InlineData("<jane@example.com>")]
    [InlineData("jane(comment)@example.com")]
    [InlineData("jane@example.com(comment)")]
    [InlineData("jane@example.com\r\nBcc: joe@example.com")]
    [InlineData("jane\r\n@example.com")]
    [InlineData("jane@example\n.com")]
    [InlineData("jane\0@example.com")]
    [InlineData("jane\u007f@example.com")]
    [InlineData("jane\u0085@example.com")]
    [InlineData("jane\u2028@example.com")]
    [InlineData("jane\u200b@example.com")]
    [InlineData("jane\u202e@example.com")]
    [InlineData("jane\ud800@example.com")]
    [InlineData("jane@\ud800.com")]
    [InlineData(".jane@example.com")]
    [InlineData("jane.@example.com")]
    [InlineData("ja..ne@example.com")]
    [InlineData("jané.@example.com")]
    [InlineData(".jané@example.com")]
    [InlineData("ja..né@example.com")]
    public void Invalid_address_is_refused(string text) => Assert.Null(EmailAddress.Parse(text));

    [Theory]
    [InlineData("Jane+tag@example.com", "JANE@EXAMPLE.COM")]
    [InlineData("jane+a+b@example.com", "JANE@EXAMPLE.COM")]
    [InlineData("jane+@example.com", "JANE@EXAMPLE.COM")]
    [InlineData("j.ane@example.com", "J.ANE@EXAMPLE.COM")]
    [InlineData("+jane@example.com", "+JANE@EXAMPLE.COM")]
    [InlineData("jané+ß@example.com", "jané@example.com")]
    public void Mailbox_is_the_key_without_the_tag(string text, string mailbox) =>
        Assert.Equal(mailbox, EmailAddress.ParseStored(text)!.Mailbox);

    [Fact]
    public void Length_limits_are_those_of_RFC_5321()
    {
        var host = string.Join('.', Enumerable.Repeat(new string('h', 46), 4)) + ".d";
        Assert.NotNull(EmailAddress.Parse(new string('l', 64) + "@" + host));
        Assert.Null(EmailAddress.Parse(new string('l', 64) + "@" + host + "e"));
        Assert.Null(EmailAddress.Parse(new string('l', 65) + "@example.com"));
        Assert.Null(EmailAddress.Parse("jane@" + new string('h', 64) + ".com"));
    }

    [Fact]
    public void Length_limits_apply_to_the_ASCII_form_of_the_host()
    {
        var label = string.Concat(Enumerable.Repeat("ü", 40)); // 48 octets as xn--…
        Assert.NotNull(EmailAddress.Parse($"jane@{label}.{label}.com"));
        Assert.Null(EmailAddress.Parse($"{new string('l', 64)}@{label}.{label}.{label}.{label}.com"));
    }

    [Property(MaxTest = 5000)]
    public void Arbitrary_text_never_throws_and_gives_no_control_character(string? text)
    {
        Check(text ?? "");
        Check(text + "@example.com");
        Check("jane@" + text + ".com");
    }

    [Property(Arbitrary = [typeof(EmailAddressTests)], MaxTest = 5000)]
    public void Damaged_addresses_never_throw_and_give_no_control_character(Damaged damaged) => Check(damaged.Text);

    public static Arbitrary<Damaged> Damages() =>
        (from piece in Gen.Elements(
             "\r\n", "@", "\"", " ", "\0", "\ud83d", "\udc00", "ß", "İ", "\u200d", "<", ",", ".", "xn--", "\u212a", "é", "😀")
         from at in Gen.Choose(0, 19)
         from again in Gen.Choose(0, 19)
         select new Damaged("jane.doe@example.com".Insert(at, piece).Insert(again, piece))).ToArbitrary();

    private static void Check(string text)
    {
        if (EmailAddress.Parse(text) is not { } address)
            return;
        Assert.DoesNotContain(address.Text, c => char.IsControl(c) || char.IsWhiteSpace(c));
        Assert.Single(address.Text, '@');
        Assert.True(Ascii.IsValid(address.Text.AsSpan(address.Text.IndexOf('@', StringComparison.Ordinal))));
        Assert.InRange(Encoding.UTF8.GetByteCount(address.Text), 6, 254);
        Assert.Equal(address, EmailAddress.Parse(address.Text));
        Assert.True(address.Obfuscated.Length <= address.Text.Length + 6);
    }

    public sealed record Damaged(string Text);
}
