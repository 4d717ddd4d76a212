using OneTimeSecret.Web.Commands;

return await CommandLine.Run(args);
