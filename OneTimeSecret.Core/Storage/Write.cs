using System.Runtime.InteropServices;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Statistics;

namespace OneTimeSecret.Core.Storage;

/// <summary>What a write in progress has noted besides its rows: all of it counts with the commit, and none of it without.</summary>
internal sealed class Write
{
    /// <summary>What was done, for the audit trail.</summary>
    public List<Act> Acts { get; } = [];

    /// <summary>What the counts of the day gain.</summary>
    public List<Tally> Tallies { get; } = [];

    /// <summary>Who is told after the commit.</summary>
    public List<Action> Signals { get; } = [];

    /// <summary>How many deletes left bytes in the files that erasure has to remove.</summary>
    public int Deletes { get; set; }

    /// <summary>The last lock that the running operation took; null: none.</summary>
    public RowLock? Held { get; set; }

    /// <summary>The state to which <see cref="ReturnTo"/> goes back when an operation fails.</summary>
    public Mark Now => new(Acts.Count, Tallies.Count, Signals.Count, Deletes);

    /// <summary>Forgets what was noted since <paramref name="mark"/>.</summary>
    public void ReturnTo(Mark mark)
    {
        Acts.RemoveRange(mark.Acts, Acts.Count - mark.Acts);
        Tallies.RemoveRange(mark.Tallies, Tallies.Count - mark.Tallies);
        Signals.RemoveRange(mark.Signals, Signals.Count - mark.Signals);
        Deletes = mark.Deletes;
    }

    /// <summary>How much was noted at one moment.</summary>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Mark(int Acts, int Tallies, int Signals, int Deletes);
}
