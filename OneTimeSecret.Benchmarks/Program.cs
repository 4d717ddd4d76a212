using System.Reflection;
using BenchmarkDotNet.Running;

switch (args.FirstOrDefault())
{
    // The words are BenchmarkDotNet's own: `--filter '*Bcrypt*'`, `--job short`; without any it asks which benchmark to run.
    default:
        BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
        break;
}
