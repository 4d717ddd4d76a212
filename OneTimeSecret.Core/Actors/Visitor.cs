namespace OneTimeSecret.Core.Actors;

/// <summary>Where somebody does something from, as the account's owner is told of it.</summary>
/// <param name="Browser">The browser and its system in words.</param>
/// <param name="Client">The client's network identity.</param>
public sealed record Visitor(string Browser, string Client);
