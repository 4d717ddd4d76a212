using System.Diagnostics.Metrics;
using OneTimeSecret.Core;

namespace OneTimeSecret.Tests.Secrets;

/// <summary>Counts the passphrase hashes of the whole process: for tests that run alone.</summary>
internal sealed class HashCount : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _hashes;

    public HashCount()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == Telemetry.Meter && instrument.Name is "ots.passphrase.hashes")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, hashes, _, _) => Interlocked.Add(ref _hashes, hashes));
        _listener.Start();
    }

    public long Hashes => Interlocked.Read(ref _hashes);

    public void Dispose() => _listener.Dispose();
}

/// <summary>Tests that count what the whole process does run one after the other, after all others.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
