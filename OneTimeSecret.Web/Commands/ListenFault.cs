using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace OneTimeSecret.Web.Commands;

/// <summary>Explains why the server cannot listen on its addresses: the reason in one sentence, and what to do.</summary>
internal static class ListenFault
{
    private const string Listener = "Microsoft.AspNetCore.Server.Kestrel";
    private const string Endpoints = "Kestrel:Endpoints";

    /// <summary>The explanation. Null for any other fault, whose stack trace is needed.</summary>
    public static string? Explain(Exception fault, IConfiguration configuration)
    {
        if (fault.StackTrace?.Contains(Listener, StringComparison.Ordinal) != true)
            return null;
        var where = configuration.GetSection(Endpoints).GetChildren().Any()
            ? $"at the addresses of {Endpoints}"
            : $"on {configuration["urls"] ?? AccountCommands.DefaultOrigin}";
        return $"The server cannot listen {where}: {Reason(fault, where)}";
    }

    private static string Reason(Exception fault, string where)
    {
        if (Find<AddressInUseException>(fault) is not null)
            return IsSocketFile(where)
                ? "the socket file already exists. Stop the server that uses it, or delete the file."
                : "another program uses the address or port. End that program, or name another address with --urls.";
        return (Find<SocketException>(fault), fault) switch
        {
            ({ SocketErrorCode: SocketError.AccessDenied }, _) when IsSocketFile(where) =>
                "this user may not create that socket file. Choose a folder that this user may write to.",
            ({ SocketErrorCode: SocketError.AccessDenied }, _) =>
                "this user may not use the port. Name one from 1024 on with --urls, or give the program that right.",
            ({ SocketErrorCode: SocketError.AddressNotAvailable }, _) when IsSocketFile(where) =>
                "the folder of the socket file does not exist. Create it, or choose another.",
            ({ SocketErrorCode: SocketError.AddressNotAvailable }, _) =>
                "this machine has no such address. Name one that it has with --urls, or http://*:PORT for all of them.",
            ({ } socket, _) => $"{FirstLine(socket)}. Name another address with --urls.",
            (_, InvalidOperationException) when fault.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase) =>
                "https needs a certificate. Set Kestrel:Certificates:Default:Path to its file, or put TLS in front and listen on http.",
            _ => $"{FirstLine(fault)} Addresses look like http://localhost:5000, or http://*:5000 for all addresses of the machine.",
        };
    }

    private static bool IsSocketFile(string where) => where.Contains("://unix:", StringComparison.OrdinalIgnoreCase);

    private static T? Find<T>(Exception? fault)
        where T : Exception
    {
        while (fault is not null and not T)
            fault = fault.InnerException;
        return fault as T;
    }

    private static string FirstLine(Exception fault) => fault.Message.Split('\n')[0].Trim();
}
