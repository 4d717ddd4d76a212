using System.Globalization;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Tests.Crypto;

/// <summary>Frozen vectors of docs/crypto-format.md: <c>[section]</c>, then <c>name = value</c>. Long values span several lines.</summary>
internal static class FrozenVectors
{
    public static string Page { get; } = ReadPage();

    private static Dictionary<string, Section> Sections { get; } = Parse(Page);

    public static Section Get(string name) => Sections[name];

    public static TheoryData<string> Named(string prefix) =>
        [.. Sections.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))];

    /// <summary>Writes the frozen key ring into <paramref name="folder"/> and opens it.</summary>
    public static KeyRing Ring(RingFolder folder)
    {
        var lines = Get("key ring");
        folder.Write(lines["line 1"], lines["line 2"]);
        return folder.Open();
    }

    private static Dictionary<string, Section> Parse(string page)
    {
        var sections = new Dictionary<string, Section>(StringComparer.Ordinal);
        var (section, name) = (new Section(), "");
        foreach (var line in page.Split("```vectors\n")[1].Split("```")[0].Split('\n').Where(line => line.Length > 0))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (line[0] == '[')
                sections.Add(line[1..^1], section = new Section());
            else if (line[0] == ' ')
                section.Values[name] += line.Trim();
            else
                section.Values[name = line[..equals].Trim()] = line[(equals + 1)..].Trim();
        }
        return sections;
    }

    private static string ReadPage()
    {
        using var reader = new StreamReader(typeof(FrozenVectors).Assembly.GetManifestResourceStream("crypto-format.md")!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    internal sealed class Section
    {
        public Dictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

        public string this[string name] => Values[name];

        public bool Has(string name) => Values.ContainsKey(name);

        public byte[] Bytes(string name) => Convert.FromHexString(Values[name]);

        public uint KeyId => uint.Parse(Values["key id"], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

        public Guid? Owner => Values["owner"].Length == 0 ? null : new Guid(Bytes("owner"), bigEndian: true);
    }
}
