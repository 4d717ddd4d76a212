using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Running;
using OneTimeSecret.Benchmarks.Load;
using OneTimeSecret.Benchmarks.Proofs;

// `proofs` tries to break what the product promises (docs/proofs.md). `load`, `live`, `purge [ROUNDS]`, `timing`, `recent`, `audit`,
// `admin` and `pages` measure a whole server. All other arguments go to BenchmarkDotNet, such as --filter '*Bcrypt*' and --help.
if (args is ["proofs", .. var proofs])
    return await ProofRun.Run(proofs);
if (args is ["load"])
    await LoadDriver.Run();
else if (args is ["live"])
    await LiveDriver.Run();
else if (args is ["purge", ..])
    await PurgeDriver.Run(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10);
else if (args is ["timing"])
    await TimingDriver.Run();
else if (args is ["recent"])
    await RecentDriver.Run();
else if (args is ["audit"])
    await AuditDriver.Run();
else if (args is ["admin"])
    await AdminDriver.Run();
else if (args is ["pages"])
    await PagesDriver.Run();
else
    BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
return 0;
