using System.Diagnostics.Metrics;
using OneTimeSecret.Core;

namespace OneTimeSecret.Tests.Secrets;

/// <summary>Counts the passphrase hashes of its own test: only those in the async flow that created the counter.</summary>
internal sealed class HashCount : IDisposable
{
    private static readonly AsyncLocal<HashCount?> Current = new();

    private readonly MeterListener _listener = new();
    private long _hashes;

    public HashCount()
    {
        Current.Value = this;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == Telemetry.Meter && instrument.Name is "ots.passphrase.hashes")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>(
            (_, hashes, _, _) => Interlocked.Add(ref _hashes, Current.Value == this ? hashes : 0));
        _listener.Start();
    }

    public long Hashes => Interlocked.Read(ref _hashes);

    public void Dispose() => _listener.Dispose();
}
