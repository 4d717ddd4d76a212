using System.Security.Cryptography;

namespace OneTimeSecret.Core.Actors;

/// <summary>Identity's stamp of an account's credentials. Links are bound to it: a new one makes all earlier ones worthless.</summary>
internal static class SecurityStamp
{
    public static string New() => RandomNumberGenerator.GetHexString(40);
}
