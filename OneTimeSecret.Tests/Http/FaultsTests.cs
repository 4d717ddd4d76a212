using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using OneTimeSecret.Core;

namespace OneTimeSecret.Tests.Http;

public sealed class FaultsTests
{
    [Fact]
    public async Task A_client_that_has_gone_before_its_refusal_is_written_causes_no_error()
    {
        await using var server = await RunningServer.Start();
        var context = new DefaultHttpContext
        {
            RequestServices = server.Get<IServiceProvider>(), RequestAborted = new CancellationToken(canceled: true),
            Request = { Path = "/api/v1/share" }, Response = { Body = new MemoryStream() },
        };
        Assert.True(await server.Get<IExceptionHandler>().TryHandleAsync(context, new ServerBusyException(), CancellationToken.None));
        Assert.Equal(StatusCodes.Status503ServiceUnavailable, context.Response.StatusCode);
    }
}
