using MimeKit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Mail;

/// <summary>
/// Writes mails to files that a mail program can open, for testing: <c>{id:N}.eml</c> in <see cref="DataFolder.Mail"/>. A file gets this
/// name only when it is complete. <c>PurgePickup</c> erases the files.
/// </summary>
internal sealed class PickupTransport(DataFolder folder) : IMailTransport, IMailConnection
{
    private static readonly FormatOptions AsOnTheWire = Format();

    public const string Extension = ".eml";
    public const string Unfinished = ".tmp";

    public Task<IMailConnection> Connect(CancellationToken cancellation) => Task.FromResult<IMailConnection>(this);

    public async Task Send(Guid id, MimeMessage message, CancellationToken cancellation)
    {
        var name = Path.Combine(folder.Mail, $"{id:N}");
        try
        {
            PrivateFile.CreateSubfolder(folder.Mail);
            File.Delete(name + Unfinished); // left by an interrupted attempt
            await using (var file = PrivateFile.Create(name + Unfinished))
                await message.WriteToAsync(AsOnTheWire, file, cancellation);
            File.Move(name + Unfinished, name + Extension, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new MailException($"The mail could not be written to {folder.Mail}: {fault.Message}", isFinal: false, fault);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static FormatOptions Format()
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.International = true; // a file needs no server with SMTPUTF8
        return format;
    }
}
