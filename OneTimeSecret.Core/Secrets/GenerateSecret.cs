using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>Conceals a value that the server generates.</summary>
public sealed class GenerateSecret(ConcealSecret conceal)
{
    /// <summary>Generates a password by <paramref name="recipe"/> and conceals it.</summary>
    /// <returns>The outcome of concealing, and the password if the outcome is <see cref="ConcealOutcome.Concealed"/>.</returns>
    public async Task<(ConcealOutcome Outcome, string? Value)> Run(
        PasswordRecipe recipe, SecretDraft draft, Caller caller, CancellationToken cancellation)
    {
        if (recipe.Length > PasswordRecipe.MaxLength)
            return (new ConcealOutcome.GeneratedTooLong(PasswordRecipe.MaxLength), null);
        if (recipe.Length < 1)
            return (new ConcealOutcome.GeneratedTooShort(), null);
        var value = recipe.Make(); // a string, because answers and pages show it
        using var bytes = SecretBytes.Utf8(value);
        var outcome = await conceal.Run(bytes.Memory, SecretKind.Generated, draft, caller, cancellation);
        return (outcome, outcome is ConcealOutcome.Concealed ? value : null);
    }
}
