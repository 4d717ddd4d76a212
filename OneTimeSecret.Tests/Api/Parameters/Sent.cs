using System.Text;
using Microsoft.AspNetCore.Http;
using OneTimeSecret.Web.Api.Parameters;

namespace OneTimeSecret.Tests.Api.Parameters;

/// <summary>Builds requests and reads their parameters.</summary>
internal static class Sent
{
    public const string Form = "application/x-www-form-urlencoded";
    public const string Json = "application/json";
    public const string Multipart = "multipart/form-data; boundary=frontier";

    /// <summary>Encodes each character as one byte (Latin-1), so that tests can contain bytes that are not UTF-8.</summary>
    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);

    public static HttpRequest Request(Stream body, string? contentType, string query = "")
    {
        var request = new DefaultHttpContext().Request;
        request.Method = HttpMethods.Post;
        request.Body = body;
        request.ContentType = contentType;
        request.QueryString = new QueryString(query);
        return request;
    }

    public static async Task<ParameterReading> Read(byte[] body, string? contentType, string query = "", int limit = 100_000) =>
        await ParameterReader.ReadAsync(Request(new MemoryStream(body), contentType, query), limit, TestContext.Current.CancellationToken);

    public static async Task<RequestParameters> Parsed(byte[] body, string? contentType, string query = "") =>
        Assert.IsType<ParameterReading.Parsed>(await Read(body, contentType, query)).Parameters;

    public static Task<RequestParameters> Parsed(string body, string? contentType, string query = "") =>
        Parsed(Encoding.UTF8.GetBytes(body), contentType, query);

    public static async Task<string> Refused(byte[] body, string? contentType, string query = "") =>
        Assert.IsType<ParameterReading.Malformed>(await Read(body, contentType, query)).Reason;

    public static Task<string> Refused(string latin1, string? contentType, string query = "") =>
        Refused(Bytes(latin1), contentType, query);
}
