using OneTimeSecret.Benchmarks.Load;

await LoadDriver.Run();
