using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Gates;

/// <summary>
/// Marks endpoints that count their requests themselves (<see cref="RateLimits"/>), because their limit depends on the account.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class CountsItselfAttribute : Attribute;
