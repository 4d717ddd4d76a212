using System.Text;
using OneTimeSecret.Web.Commands;

namespace OneTimeSecret.Tests.Commands;

/// <summary>
/// Runs verbs within the process of the tests, because starting a process takes about a second. One test of each group of verbs still
/// runs the built program (<see cref="BuiltProgram.Run"/>). Console output goes to the run that wrote it. There is no standard input.
/// </summary>
internal static class InProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private static readonly AsyncLocal<(StringWriter Output, StringWriter Error)?> Current = new();

    static InProcess()
    {
        Console.SetOut(new Writer(Console.Out, run => run.Output));
        Console.SetError(new Writer(Console.Error, run => run.Error));
    }

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<BuiltProgram.Ran> Run(string[] words)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Current.Value = (output, error);
        var code = await CommandLine.Run(words).WaitAsync(Patience);
        return new BuiltProgram.Ran(code, output.ToString(), error.ToString());
    }

    private sealed class Writer(TextWriter console, Func<(StringWriter Output, StringWriter Error), StringWriter> choose)
        : TextWriter
    {
        public override Encoding Encoding => console.Encoding;

        private TextWriter Here => Current.Value is { } run ? choose(run) : console;

        public override void Write(char value) => Here.Write(value);

        public override void Write(string? value) => Here.Write(value);

        public override void Write(char[] buffer, int index, int count) => Here.Write(buffer, index, count);

        public override void Flush() => Here.Flush();
    }
}
