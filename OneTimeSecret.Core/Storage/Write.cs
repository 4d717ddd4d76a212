using System.Runtime.InteropServices;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Statistics;

namespace OneTimeSecret.Core.Storage;

/// <summary>What a write in progress has recorded besides its rows. It takes effect with the commit only.</summary>
internal sealed class Write
{
    /// <summary>The acts for the audit trail.</summary>
    public List<Act> Acts { get; } = [];

    /// <summary>The changes to the counts of the day.</summary>
    public List<Tally> Tallies { get; } = [];

    /// <summary>The signals to raise after the commit.</summary>
    public List<Action> Signals { get; } = [];

    /// <summary>How many deleted rows left bytes in the files that erasure must remove.</summary>
    public int Deletes { get; set; }

    /// <summary>Whether rows were changed in a way that an older copy of the database would undo (<see cref="WriteGuard"/>).</summary>
    public bool Raises { get; set; }

    /// <summary>Bytes of new secrets. What a failed operation added still counts, so this may be too large.</summary>
    public long Added { get; set; }

    /// <summary>The last lock that the running operation acquired. Null: none.</summary>
    public RowLock? Held { get; set; }

    /// <summary>The current state. <see cref="ReturnTo"/> goes back to it when an operation fails.</summary>
    public Mark Now => new(Acts.Count, Tallies.Count, Signals.Count, Deletes, Raises);

    /// <summary>Discards everything recorded since <paramref name="mark"/>.</summary>
    public void ReturnTo(Mark mark)
    {
        Acts.RemoveRange(mark.Acts, Acts.Count - mark.Acts);
        Tallies.RemoveRange(mark.Tallies, Tallies.Count - mark.Tallies);
        Signals.RemoveRange(mark.Signals, Signals.Count - mark.Signals);
        (Deletes, Raises) = (mark.Deletes, mark.Raises);
    }

    /// <summary>How much was recorded at one moment.</summary>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Mark(int Acts, int Tallies, int Signals, int Deletes, bool Raises);
}
