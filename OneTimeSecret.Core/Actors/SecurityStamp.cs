using System.Security.Cryptography;

namespace OneTimeSecret.Core.Actors;

/// <summary>Identity's stamp of an account's credentials. Links are bound to it, so a new stamp makes all earlier links invalid.</summary>
internal static class SecurityStamp
{
    public static string New() => RandomNumberGenerator.GetHexString(40);
}
