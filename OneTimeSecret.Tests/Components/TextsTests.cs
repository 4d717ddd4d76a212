namespace OneTimeSecret.Tests.Components;

public sealed class TextsTests
{
    /// <summary>A text that the resources lack shows as its own name.</summary>
    [Theory]
    [InlineData("/docs/api")]
    [InlineData("/docs/api/explorer")]
    [InlineData("/security")]
    public async Task No_text_is_missing(string path)
    {
        await using var server = await RunningServer.Start();
        var page = await server.Read(path);
        Assert.DoesNotMatch(@"\b(ApiDocs|Security)\.[A-Z]", page.DocumentElement.TextContent);
    }
}
