using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Retries;
using OneTimeSecret.Tests.Crypto;

namespace OneTimeSecret.Tests.Retries;

public sealed class RetryProofTests
{
    [Theory]
    [InlineData(21, 'x', false)]
    [InlineData(22, 'x', true)]
    [InlineData(200, 'x', true)]
    [InlineData(201, 'x', false)]
    [InlineData(30, '!', true)]
    [InlineData(30, '~', true)]
    [InlineData(30, ' ', false)]
    [InlineData(30, '\n', false)]
    [InlineData(30, '\u007f', false)]
    [InlineData(30, 'é', false)]
    public void A_proof_is_22_to_200_visible_ASCII_characters(int length, char character, bool isProof)
    {
        Assert.Equal(isProof, RetryProof.Parse(new string(character, length)) is not null);
        Assert.Null(RetryProof.Parse(null));
        Assert.Null(RetryProof.Parse(""));
    }

    [Fact]
    public void A_new_proof_is_43_random_characters()
    {
        var proofs = Enumerable.Range(0, 1000).Select(_ => RetryProof.NewText()).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(1000, proofs.Count);
        Assert.All(proofs, proof => Assert.Equal(43, proof.Length));
        Assert.All(proofs, proof => Assert.NotNull(RetryProof.Parse(proof)));
    }

    [Fact]
    public void The_id_of_an_answer_needs_the_proof_the_link_and_the_hash_key()
    {
        using var folder = new RingFolder();
        using var elsewhere = new RingFolder();
        var (ring, key, text) = (folder.Open(), SecretKey.New(), RetryProof.NewText());
        var id = RetryProof.Parse(text)!.AnswerId(ring, key);
        Assert.Equal(32, id.Length);
        Assert.Equal(id, RetryProof.Parse(text)!.AnswerId(ring, SecretKey.Parse(key.Text)!));
        Assert.NotEqual(id, Verbs.Proof().AnswerId(ring, key));
        Assert.NotEqual(id, RetryProof.Parse(text)!.AnswerId(ring, SecretKey.New()));
        Assert.NotEqual(id, RetryProof.Parse(text)!.AnswerId(elsewhere.Open(), key));
    }

    [Fact]
    public void A_proof_does_not_show_itself() => Assert.Equal("RetryProof", $"{Verbs.Proof()}");
}
