using System.Text.RegularExpressions;

namespace OneTimeSecret.Benchmarks.Load;

/// <summary>Signs a client in through the form, as a browser does.</summary>
internal static partial class SignInForm
{
    public static async Task Send(HttpClient http, string email, string password)
    {
        var path = new Uri("/signin", UriKind.Relative);
        var fields = Hidden().Matches(await http.GetStringAsync(path))
            .Select(field => KeyValuePair.Create(field.Groups["name"].Value, field.Groups["value"].Value))
            .DistinctBy(field => field.Key, StringComparer.Ordinal)
            .Append(KeyValuePair.Create("Input.Email", email)).Append(KeyValuePair.Create("Input.Password", password));
        using var content = new FormUrlEncodedContent(fields);
        using var answer = await http.PostAsync(path, content);
        answer.EnsureSuccessStatusCode();
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>_[^\"]*)\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Hidden();
}
