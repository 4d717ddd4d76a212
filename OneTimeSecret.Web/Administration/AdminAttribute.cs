using OneTimeSecret.Web.Accounts;

namespace OneTimeSecret.Web.Administration;

/// <summary>
/// A page for administrators: to everybody else it does not exist (<see cref="AdminGate"/>). With <see cref="GuardedAttribute.Proof"/>
/// one that changes something.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class AdminAttribute : GuardedAttribute;
