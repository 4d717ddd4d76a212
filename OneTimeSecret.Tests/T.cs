using FsCheck.Xunit;
namespace OneTimeSecret.Tests;
public sealed class T { [Fact] public void A() => Assert.Equal(1, 1); [Property] public bool P(string s) => string.Equals(s, s + "", StringComparison.Ordinal); }
