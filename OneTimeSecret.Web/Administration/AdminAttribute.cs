using OneTimeSecret.Web.Accounts;

namespace OneTimeSecret.Web.Administration;

/// <summary>
/// Marks a page for administrators. Everybody else gets 404 (<see cref="AdminGate"/>). Pages that change something set
/// <see cref="GuardedAttribute.Proof"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class AdminAttribute : GuardedAttribute;
