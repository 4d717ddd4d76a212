using System.Globalization;
using System.Text;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>
/// What an attacker sends without pause from many addresses. Each flood runs in a process of its own, so that it does not slow down the
/// client that is measured.
/// </summary>
internal static class Floods
{
    private const int Connections = 64;
    private const int HeldConnections = 400;
    private const int LargeBody = 120_000;

    private static readonly string LongText = new('x', LargeBody);

    private static readonly (string Name, Func<Attack, Task> Step)[] All =
    [
        ("creates", attack => attack.Post("/api/v1/share", "secret=flood")),
        ("large-creates", attack => attack.Post("/api/v1/share", $"secret={LongText.AsSpan(0, 9900)}")),
        ("bodies", attack => attack.Post("/api/v1/share", $"secret={LongText}")),
        ("form-bodies", attack => attack.Post("/", $"Input.Secret={LongText}{LongText}{LongText}")),
        ("slow-bodies", attack => attack.Hold("POST /api/v1/share HTTP/1.1", "Content-Length: 100000\r\n\r\nsecret=slow")),
        ("reveals", attack => attack.Post($"/api/v1/secret/{attack.Dice.Key()}", "")),
        ("passphrases", attack => attack.Post("/api/v1/share", "secret=flood&passphrase=correct+horse")),
        ("credentials", attack => attack.Post("/api/v1/receipt/recent", "", "Authorization: Basic eDp5\r\n")),
        ("pages", attack => attack.Get("/")),
        ("sign-ins", attack => attack.Form("/signin", "Input.Email=EMAIL&Input.Password=wrong+password")),
        ("sign-ups", attack => attack.Form("/signup", "Email=EMAIL&Input.Email=EMAIL&Input.Password=a+long+enough+password")),
        ("forgotten", attack => attack.Form("/forgot", "Email=EMAIL&Input.Email=EMAIL")),
        ("live-pages", attack => attack.Hold($"GET /receipt/{attack.MetadataKey}/events HTTP/1.1", "\r\n")),
        ("connections", attack => attack.Hold("GET / HTTP/1.1", "")),
    ];

    public static IEnumerable<string> Names => All.Select(flood => flood.Name);

    /// <summary>Runs one flood, in the driver's process: its name, the address of the server, the seconds, the seed.</summary>
    public static async Task<int> Drive(string[] words)
    {
        var (name, server) = (words[0], new Uri(words[1]));
        var time = TimeSpan.FromSeconds(int.Parse(words[2], CultureInfo.InvariantCulture));
        var dice = new Dice(ulong.Parse(words[3], CultureInfo.InvariantCulture));
        var step = Array.Find(All, flood => string.Equals(flood.Name, name, StringComparison.Ordinal)).Step;
        using var peer = new ApiPeer(server, Addresses.Header(Addresses.OfAttacker(dice)));
        var watched = (await peer.Share("watched")).Field("metadata_key") ?? "";
        using var stop = new CancellationTokenSource(time);
        var held = name is "slow-bodies" or "live-pages" or "connections";
        var attacks = Enumerable.Range(0, held ? HeldConnections : Connections)
            .Select(i => new Attack(server, dice.Of(i), watched, stop.Token)).ToList();
        await Task.WhenAll(attacks.Select(attack => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await step(attack);
        })));
        var statuses = attacks.SelectMany(attack => attack.Statuses).GroupBy(status => status.Key, status => status.Value)
            .OrderBy(status => status.Key).Select(status => $"{status.Key}: {status.Sum()}");
        Console.WriteLine(string.Join(", ", statuses));
        attacks.ForEach(attack => attack.Dispose());
        return 0;
    }

    /// <summary>One connection of a flood. Each request comes from another address.</summary>
    private sealed class Attack(Uri server, Dice dice, string metadataKey, CancellationToken stop) : IDisposable
    {
        private readonly Wire _wire = new(server);
        private readonly Dictionary<string, (string Cookies, string Fields)> _forms = new(StringComparer.Ordinal);

        public Dice Dice => dice;

        public string MetadataKey => metadataKey;

        public Dictionary<int, int> Statuses { get; } = [];

        public Task Get(string path) => Send($"GET {path} HTTP/1.1", "\r\n");

        public Task Post(string path, string form, string headers = "") => Send(
            $"POST {path} HTTP/1.1",
            $"{headers}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {form.Length}\r\n\r\n{form}");

        /// <summary>Sends the form of a page with a token. Each time it names another address of mail.</summary>
        public async Task Form(string path, string fields)
        {
            if (!_forms.TryGetValue(path, out var form))
            {
                using var visitor = new Visitor(server, Addresses.Header(Addresses.OfAttacker(dice)));
                await visitor.Open(path);
                _forms[path] = form = (visitor.Cookies, visitor.Hidden);
            }
            var email = dice.Key(12) + "%40example.com";
            await Post(path, $"{form.Fields}&{fields.Replace("EMAIL", email, StringComparison.Ordinal)}", form.Cookies);
        }

        /// <summary>Sends the beginning of a request and waits until the server ends it, or the flood is over.</summary>
        public async Task Hold(string line, string rest)
        {
            using var holding = new Wire(server);
            await holding.Start(Bytes(line, rest));
            Statuses[0] = Statuses.GetValueOrDefault(0) + 1;
            await holding.Ended(stop);
        }

        public void Dispose() => _wire.Dispose();

        private async Task Send(string line, string rest)
        {
            var reply = await _wire.Ask(Bytes(line, rest));
            Statuses[reply.Status] = Statuses.GetValueOrDefault(reply.Status) + 1;
        }

        private byte[] Bytes(string line, string rest) =>
            Encoding.ASCII.GetBytes($"{line}\r\nHost: localhost\r\n{Addresses.Header(Addresses.OfAttacker(dice))}{rest}");
    }
}
