using Bunit;
using OneTimeSecret.Web.Components.Layout;

namespace OneTimeSecret.Tests.Components;

public sealed class MainLayoutTests
{
    [Fact]
    public void The_brand_stands_above_the_page()
    {
        using var rendering = new Rendering();
        var layout = rendering.Render<MainLayout>(page => page.Add(layout => layout.Body, "<p>the page</p>"));
        Assert.Equal("OneTimeSecret", layout.Find("header .brand").TextContent);
        layout.Find("main").MarkupMatches("<main id=\"main\" tabindex=\"-1\"><p>the page</p></main>");
    }
}
