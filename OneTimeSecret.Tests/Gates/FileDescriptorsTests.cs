using OneTimeSecret.Web.Gates;

namespace OneTimeSecret.Tests.Gates;

public sealed class FileDescriptorsTests
{
    [Theory]
    [InlineData("Max open files            1024                 524288               files     ", 768)]
    [InlineData("Max open files            20000                20000                files     ", 8000)]
    [InlineData("Max open files            unlimited            unlimited            files     ", 8000)]
    [InlineData("Max processes             96342                96342                processes ", 8000)]
    public void Connections_take_at_most_three_quarters_of_the_file_descriptors(string line, int allowed) =>
        Assert.Equal(allowed, FileDescriptors.Allow(8000, ["Limit                     Soft Limit           Hard Limit", line]));
}
