using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Tests.Secrets;

public sealed class PasswordRecipeTests
{
    private const string LookAlikes = "iloILO10";

    private static readonly (CharacterSets Set, string Characters)[] Kinds =
    [
        (CharacterSets.Uppercase, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        (CharacterSets.Lowercase, "abcdefghijklmnopqrstuvwxyz"),
        (CharacterSets.Numbers, "0123456789"),
        (CharacterSets.Symbols, "*$!?()"),
    ];

    [Fact]
    public void By_default_a_password_has_12_characters_of_every_kind_without_look_alikes()
    {
        for (var i = 0; i < 500; i++)
        {
            var password = new PasswordRecipe().Make();
            Assert.Equal(12, password.Length);
            Assert.All(Kinds, kind => Assert.True(password.AsSpan().ContainsAny(kind.Characters), password));
            Assert.DoesNotContain(password, c => LookAlikes.Contains(c, StringComparison.Ordinal));
        }
    }

    [Property(Arbitrary = [typeof(PasswordRecipeTests)], MaxTest = 2000)]
    public void Password_has_the_requested_length_and_a_character_of_each_kind_if_it_is_long_enough(PasswordRecipe recipe)
    {
        var asked = Kinds.Where(kind => recipe.Sets.HasFlag(kind.Set)).ToList();
        var plain = recipe.Sets.HasFlag(CharacterSets.ExcludeAmbiguous) || asked.Count == 0;
        var alphabets = (asked.Count == 0 ? [.. Kinds] : asked).ConvertAll(kind =>
            string.Concat(kind.Characters.Where(c => !plain || !LookAlikes.Contains(c, StringComparison.Ordinal))));

        var password = recipe.Make();

        Assert.Equal(recipe.Length, password.Length);
        Assert.Equal(-1, password.AsSpan().IndexOfAnyExcept(string.Concat(alphabets)));
        if (recipe.Length >= alphabets.Count)
            Assert.All(alphabets, alphabet => Assert.True(password.AsSpan().ContainsAny(alphabet), password));
    }

    [Property(Arbitrary = [typeof(PasswordRecipeTests)], MaxTest = 2000)]
    public void Fits_accepts_exactly_the_passwords_that_the_recipe_can_make(PasswordRecipe recipe, PasswordRecipe other)
    {
        var password = recipe.Make();
        Assert.True(recipe.Fits(password), password);
        Assert.False(recipe.Fits(password + password[0]));
        Assert.False(recipe.Fits(password[1..]));
        Assert.False(recipe.Fits(password[1..] + "é"));
        foreach (var one in new[] { other, other with { Length = recipe.Length } })
            Assert.Equal(Could(one, password), one.Fits(password));
    }

    [Fact]
    public void Every_kind_of_character_occurs_at_every_position()
    {
        // Without shuffling, the first position would always be upper case.
        var passwords = Enumerable.Range(0, 1000).Select(_ => new PasswordRecipe(8).Make()).ToList();
        for (var at = 0; at < 8; at++)
            Assert.All(Kinds, kind => Assert.Contains(passwords, password => kind.Characters.Contains(password[at])));
    }

    [Fact]
    public void The_characters_are_unbiased()
    {
        const int Passwords = 4000;
        var recipe = new PasswordRecipe(PasswordRecipe.MaxLength, CharacterSets.Lowercase);
        var counts = Enumerable.Range(0, Passwords).SelectMany(_ => recipe.Make()).CountBy(c => c).ToDictionary();
        const double Expected = Passwords * PasswordRecipe.MaxLength / 26.0;
        // 25 degrees of freedom: unbiased characters exceed 105 once in 10^11 runs. A byte modulo 26 gives thousands.
        Assert.Equal(26, counts.Count);
        Assert.InRange(counts.Values.Sum(count => Math.Pow(count - Expected, 2) / Expected), 0, 105);
    }

    [Fact]
    public void Passwords_never_repeat() =>
        Assert.Equal(10_000, Enumerable.Range(0, 10_000).Select(_ => new PasswordRecipe().Make()).ToHashSet(StringComparer.Ordinal).Count);

    /// <summary>True if the recipe can make the password, by the rules of docs/contract.md.</summary>
    private static bool Could(PasswordRecipe recipe, string password)
    {
        var asked = Kinds.Where(kind => recipe.Sets.HasFlag(kind.Set)).ToList();
        var plain = recipe.Sets.HasFlag(CharacterSets.ExcludeAmbiguous) || asked.Count == 0;
        var wanted = asked.Count == 0 ? [.. Kinds] : asked;
        return password.Length == recipe.Length
            && password.All(c => wanted.Exists(kind => kind.Characters.Contains(c)) && !(plain && LookAlikes.Contains(c)))
            && (password.Length < wanted.Count || wanted.TrueForAll(kind => password.AsSpan().ContainsAny(kind.Characters)));
    }

    public static Arbitrary<PasswordRecipe> Recipes() =>
        (from length in Gen.Choose(1, PasswordRecipe.MaxLength).Or(Gen.Choose(1, 6))
         from sets in Gen.Choose(0, 31)
         select new PasswordRecipe(length, (CharacterSets)sets)).ToArbitrary();
}
