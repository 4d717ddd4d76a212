using System.Buffers.Binary;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Tests.Commands;
using OneTimeSecret.Web;

namespace OneTimeSecret.Tests;

/// <summary>The program itself uses the full cost of the hashes that tests make cheap.</summary>
public sealed class CheapHashesTests
{
    [Fact]
    public async Task The_program_hashes_at_full_cost_as_it_ships()
    {
        using var folder = new TemporaryFolder();
        await using var app = await Server.Open([$"--Storage:Data={folder.Data}"]);
        var passphrases = app.Services.GetRequiredService<IOptions<PassphraseOptions>>().Value;
        Assert.Equal((11, 210_000), (passphrases.BcryptCost, passphrases.StretchIterations));

        var hash = app.Services.GetRequiredService<KeyedPasswordHasher>().HashPassword(new Account(), "a password");
        // "nfc.", then Identity's format 3: a marker, the function (2: HMAC-SHA512) and the iterations, big endian.
        var bytes = Convert.FromBase64String(hash["nfc.".Length..]);
        Assert.Equal((1, 2u, 210_000u),
            (bytes[0], BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1)), BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(5))));
    }
}
