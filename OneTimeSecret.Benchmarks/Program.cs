using System.Reflection;
using BenchmarkDotNet.Running;
using OneTimeSecret.Benchmarks.Load;

// `load` and `live` drive a whole server; every other word is BenchmarkDotNet's own: --filter '*Bcrypt*', --job short, --help.
if (args is ["load"])
    await LoadDriver.Run();
else if (args is ["live"])
    await LiveDriver.Run();
else
    BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
