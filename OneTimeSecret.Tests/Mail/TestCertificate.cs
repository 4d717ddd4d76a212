using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OneTimeSecret.Tests.Mail;

/// <summary>A self-signed certificate with its key, in one PEM file. A client can be told to trust it as an authority.</summary>
internal sealed class TestCertificate : IDisposable
{
    private TestCertificate(string path) => Path = path;

    public string Path { get; }

    public static TestCertificate Create(string name, int daysLeft = 1)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-10), now.AddDays(daysLeft));
        var path = System.IO.Path.Combine(Directory.CreateTempSubdirectory("ots-test-").FullName, "certificate.pem");
        File.WriteAllText(path, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        return new(path);
    }

    public void Dispose() => Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
}
