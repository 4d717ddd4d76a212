using System.Text;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>Conceals a value made by the server.</summary>
public sealed class GenerateSecret(ConcealSecret conceal)
{
    /// <summary>Makes a password as <paramref name="recipe"/> says and conceals it.</summary>
    /// <returns>The outcome of concealing, and the password when it is <see cref="ConcealOutcome.Concealed"/>.</returns>
    public async Task<(ConcealOutcome Outcome, string? Value)> Run(
        PasswordRecipe recipe, SecretDraft draft, Caller caller, CancellationToken cancellation)
    {
        if (recipe.Length > PasswordRecipe.MaxLength)
            return (new ConcealOutcome.GeneratedTooLong(PasswordRecipe.MaxLength), null);
        if (recipe.Length < 1)
            return (new ConcealOutcome.GeneratedTooShort(), null);
        var value = recipe.Make();
        var outcome = await conceal.Run(Encoding.UTF8.GetBytes(value), SecretKind.Generated, draft, caller, cancellation);
        return (outcome, outcome is ConcealOutcome.Concealed ? value : null);
    }
}
