using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Tests.Commands;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Outbox;

/// <summary>The built program delivers to a real mail server, and is killed or stopped meanwhile.</summary>
public sealed class KilledDeliveryTests
{
    private const int Rounds = 4;
    private const int MailsPerRound = 250;
    private const int Connections = 4;

    [Fact]
    public async Task All_1000_mails_arrive_and_a_kill_repeats_at_most_those_that_were_being_sent()
    {
        await using var smtp = await SmtpServer.Start();
        using var folder = new TemporaryFolder();
        string[] settings =
        [
            .. smtp.Settings(), "--Limits:Enabled=false", "--Mail:TimeoutSeconds=2", "--Storage:BusySeconds=1", "--Jobs:DeliverSeconds=1",
            $"--Mail:Connections={Connections}",
        ];
        await InProcess.Run(["account", "add", "sender@example.com", "--new-data", "--data", folder.Data]);
        var token = (await InProcess.Run(["token", "add", "sender@example.com", "test", "--data", folder.Data])).Result;

        var promised = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = await BuiltProgram.Serve(folder.Data, settings);
            var before = smtp.Mails.Count;
            promised.AddRange(await Share(server, token, MailsPerRound));
            var moment = before + RandomNumberGenerator.GetInt32(1, MailsPerRound / 2);
            await Verbs.Until(() => smtp.Mails.Count >= moment, 120);
            await server.Kill();
        }
        Assert.Equal(Rounds * MailsPerRound, promised.Count);

        await using (await BuiltProgram.Serve(folder.Data, settings))
            await Verbs.Until(() => smtp.Mails.Select(Link).Distinct(StringComparer.Ordinal).Count() == promised.Count, 120);
        var arrived = smtp.Mails.GroupBy(Link, StringComparer.Ordinal).ToList();
        Assert.Equal(promised.Order(StringComparer.Ordinal), arrived.Select(copies => copies.Key).Order(StringComparer.Ordinal));
        Assert.InRange(arrived.Sum(copies => copies.Count() - 1), 0, Rounds * Connections);
        Assert.All(arrived, copies => Assert.Single(copies.Select(mail => mail.MessageId).Distinct(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Stop_during_a_hanging_delivery_does_not_wait_for_its_timeout_and_loses_no_mail()
    {
        using var folder = new TemporaryFolder();
        await InProcess.Run(["account", "add", "sender@example.com", "--new-data", "--data", folder.Data]);
        var token = (await InProcess.Run(["token", "add", "sender@example.com", "test", "--data", folder.Data])).Result;
        await using (var smtp = await SmtpServer.Start("--hang", "data"))
        await using (var server = await BuiltProgram.Serve(folder.Data, smtp.Settings()))
        {
            await Share(server, token, 1);
            await Verbs.Until(() => Value(folder, "SELECT count(*) FROM Outbox WHERE Attempts = 1") == 1);
            await server.Terminate();
            Assert.Equal(0, await server.Exit(TimeSpan.FromSeconds(20))); // the timeout of the mail is a minute
        }
        Assert.Equal((long)JobResult.Delayed, Value(folder, "SELECT Result FROM JobRuns WHERE Job = 'deliver'"));
        Assert.Equal(0, Value(folder, "UPDATE Outbox SET NextAttempt = 0 RETURNING NextAttempt")); // without waiting for the claim's end
        await using (var smtp = await SmtpServer.Start())
        await using (await BuiltProgram.Serve(folder.Data, [.. smtp.Settings(), "--Jobs:DeliverSeconds=1"]))
            await smtp.Single();
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

    private static long? Value(TemporaryFolder folder, string statement)
    {
        using var connection = new SqliteConnection($"Data Source={folder.File("onetimesecret.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        return (long?)command.ExecuteScalar();
    }

    private static string Link(ReceivedMail mail) => mail.Message.TextBody!.Split("/secret/")[1][..31];
}
