using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OneTimeSecret.Tests.Commands;

namespace OneTimeSecret.Tests.Mail;

/// <summary>The built program, a real mail server and power cuts.</summary>
public sealed class KilledDeliveryTests
{
    private const int Rounds = 4;
    private const int MailsPerRound = 250;

    [Fact]
    public async Task Of_1000_mails_through_power_cuts_every_one_arrives_and_none_more_than_twice()
    {
        await using var smtp = await SmtpServer.Start();
        using var folder = new TemporaryFolder();
        string[] settings =
        [
            .. smtp.Settings(), "--Limits:Enabled=false", "--Mail:TimeoutSeconds=1", "--Storage:BusySeconds=1", "--Jobs:DeliverSeconds=1",
            "--Mail:Connections=4",
        ];
        await BuiltProgram.Run(["account", "add", "sender@example.com", "--data", folder.Path]);
        var token = (await BuiltProgram.Run(["token", "add", "sender@example.com", "test", "--data", folder.Path])).Result;

        var promised = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = await BuiltProgram.Serve(folder.Path, settings);
            var before = smtp.Mails.Count;
            promised.AddRange(await Share(server, token, MailsPerRound));
            var moment = before + RandomNumberGenerator.GetInt32(1, MailsPerRound / 2);
            await Verbs.Until(() => smtp.Mails.Count >= moment, 120);
            await server.Kill();
        }
        Assert.Equal(Rounds * MailsPerRound, promised.Count);

        await using (await BuiltProgram.Serve(folder.Path, settings))
            await Verbs.Until(() => smtp.Mails.Select(Link).Distinct(StringComparer.Ordinal).Count() == promised.Count, 120);
        var arrived = smtp.Mails.GroupBy(Link, StringComparer.Ordinal).ToList();
        Assert.Equal(promised.Order(StringComparer.Ordinal), arrived.Select(copies => copies.Key).Order(StringComparer.Ordinal));
        Assert.All(arrived, copies =>
        {
            Assert.InRange(copies.Count(), 1, 2);
            Assert.Single(copies.Select(mail => mail.MessageId).Distinct(StringComparer.Ordinal));
        });
    }

    private static async Task<string[]> Share(BuiltProgram server, string token, int count)
    {
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"sender@example.com:{token}")));
        return await Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
        {
            using var content = new FormUrlEncodedContent([new("secret", "value"), new("recipient", $"to{i}@example.com")]);
            using var answer = await server.Http.PostAsync(new Uri("/api/v1/share", UriKind.Relative), content);
            return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["secret_key"]!;
        }));
    }

    private static string Link(ReceivedMail mail) => mail.Message.TextBody!.Split("/secret/")[1][..31];
}
