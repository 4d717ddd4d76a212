using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Tests.Crypto;

public sealed class BoxContextTests
{
    [Fact]
    public void The_associated_data_is_version_key_id_and_five_parts_with_their_lengths()
    {
        var context = new BoxContext("p", [7, 8], new Guid("00112233-4455-6677-8899-aabbccddeeff"), [9],
            DateTimeOffset.FromUnixTimeMilliseconds(0x0102030405));
        Assert.Equal(
            "01" + "0a0b0c0d" + "0001" + "70" + "0002" + "0708" + "0010" + "00112233445566778899aabbccddeeff" + "0001" + "09" +
            "0008" + "0000000102030405",
            Convert.ToHexStringLower(context.AssociatedData(0x0a0b0c0d)));
    }

    [Fact]
    public void An_absent_part_has_length_zero() =>
        Assert.Equal("01" + "00000000" + "0001" + "70" + "0001" + "07" + "0000" + "0000" + "0000",
            Convert.ToHexStringLower(new BoxContext("p", [7], null).AssociatedData(0)));

    [Property(Arbitrary = [typeof(BoxContextTests)], MaxTest = 5000)]
    public void Two_different_contexts_never_share_an_encoding(Place one, Place other) =>
        Assert.Equal(one == other, one.Encoding.Equals(other.Encoding, StringComparison.Ordinal));

    /// <summary>Few values, chosen to collide if a boundary between two parts were not encoded.</summary>
    public static Arbitrary<Place> Places() =>
        (from keyId in Gen.Elements(0u, 1u)
         from purpose in Gen.Elements("", "a", "aa", "a\0", "\0\u0001a")
         from row in Gen.Elements("", "00", "61", "6161", "000161")
         from owner in Gen.Elements<Guid?>(null, Guid.Empty, new Guid("61616161-6161-6161-6161-616161616161"))
         from receipt in Gen.Elements(null, "00", "0000000000000000", "00000000000000000000000000000000")
         from expires in Gen.Elements<long?>(null, 0, 1, 0x6161616161)
         select new Place(keyId, purpose, row, owner, receipt, expires)).ToArbitrary();

    /// <summary>A context that compares by value.</summary>
    public sealed record Place(uint KeyId, string Purpose, string Row, Guid? Owner, string? Receipt, long? Expires)
    {
        public string Encoding => Convert.ToHexString(
            new BoxContext(
                Purpose, Convert.FromHexString(Row), Owner, Receipt is null ? null : Convert.FromHexString(Receipt),
                Expires is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null).AssociatedData(KeyId));
    }
}
