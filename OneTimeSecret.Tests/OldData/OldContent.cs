namespace OneTimeSecret.Tests.OldData;

/// <summary>What a user of the server knew when the folder was made.</summary>
internal sealed record OldContent
{
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>The password of both <c>admin@example.com</c> and <c>owner@example.com</c>.</summary>
    public required string Password { get; init; }

    /// <summary>The key in the administrator's authenticator app, in base 32.</summary>
    public required string AppKey { get; init; }

    public required IReadOnlyList<string> RecoveryCodes { get; init; }

    /// <summary>The cookies of a browser in which the owner is signed in.</summary>
    public required IReadOnlyDictionary<string, string> OwnersCookies { get; init; }

    /// <summary>The owner's API token.</summary>
    public required string Token { get; init; }

    public required IReadOnlyDictionary<string, OldSecret> Unread { get; init; }

    public required OldSecret Received { get; init; }

    public required OldSecret Burned { get; init; }

    /// <summary>The roots of the key ring, the sealing one first.</summary>
    public required IReadOnlyList<string> Roots { get; init; }

    public required int AuditRows { get; init; }
}

internal sealed record OldSecret(string SecretKey, string MetadataKey, string Value, string? Passphrase);
