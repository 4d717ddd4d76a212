using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Api.V1;

namespace OneTimeSecret.Tests.Secrets;

/// <summary>The caller gets the generated value in the answer, and the holder of the link can reveal it.</summary>
public sealed class GenerateSecretTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly RunningServer _server = shared.Server;

    [Theory]
    [InlineData(1), InlineData(12), InlineData(PasswordRecipe.MaxLength)]
    public async Task Generated_value_fits_the_recipe_and_is_revealed_by_the_link(int length)
    {
        var recipe = new PasswordRecipe(length, CharacterSets.Lowercase);
        var (outcome, value) = await Generate(recipe);
        var receipt = Assert.IsType<ConcealOutcome.Concealed>(outcome).Receipt;
        Assert.True(recipe.Fits(value!), value);
        Assert.Equal(value, (await _server.TryReveal(SecretKey.Parse(receipt.SecretKey)!)).Value());
        await using var db = _server.Database();
        var id = MetadataKey.Parse(receipt.MetadataKey)!.Id;
        Assert.Equal(SecretKind.Generated, (await db.Receipts.AsNoTracking().SingleAsync(stored => stored.Id == id)).Kind);
    }

    [Fact]
    public async Task A_length_out_of_bounds_is_refused_and_nothing_is_created()
    {
        var before = await _server.Rows();
        foreach (var length in new[] { PasswordRecipe.MaxLength + 1, int.MaxValue })
            Assert.Equal((new ConcealOutcome.GeneratedTooLong(PasswordRecipe.MaxLength), null), await Generate(new PasswordRecipe(length)));
        foreach (var length in new[] { 0, -1, int.MinValue })
            Assert.Equal((new ConcealOutcome.GeneratedTooShort(), null), await Generate(new PasswordRecipe(length)));
        Assert.Equal(before, await _server.Rows());
    }

    [Fact]
    public async Task Refused_request_returns_no_generated_value_and_creates_nothing()
    {
        var before = await _server.Rows();
        var (outcome, value) = await Generate(new PasswordRecipe(), new SecretDraft(Passphrase: "x"));
        Assert.IsType<ConcealOutcome.PassphraseTooShort>(outcome);
        Assert.Null(value);
        Assert.Equal(before, await _server.Rows());
    }

    private Task<(ConcealOutcome Outcome, string? Value)> Generate(PasswordRecipe recipe, SecretDraft? draft = null) =>
        _server.Get<GenerateSecret>().Run(recipe, draft ?? new SecretDraft(), Verbs.Somebody, CancellationToken.None);
}
