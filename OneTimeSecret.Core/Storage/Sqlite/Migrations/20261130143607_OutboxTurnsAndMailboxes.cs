using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace OneTimeSecret.Core.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class OutboxTurnsAndMailboxes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Mails_RecipientHash_Created",
                table: "Mails");

            migrationBuilder.AddColumn<string>(
                name: "Asker",
                table: "Outbox",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<byte[]>(
                name: "MailboxHash",
                table: "Mails",
                type: "BLOB",
                nullable: false,
                defaultValue: new byte[0]);

            // Right for addresses without a tag. Mails that were sent to tagged ones in the last 24 hours count for these alone.
            migrationBuilder.Sql("UPDATE \"Mails\" SET \"MailboxHash\" = \"RecipientHash\"");

            migrationBuilder.CreateIndex(
                name: "IX_Outbox_Asker_NextAttempt",
                table: "Outbox",
                columns: new[] { "Asker", "NextAttempt" });

            migrationBuilder.CreateIndex(
                name: "IX_Mails_MailboxHash_Created",
                table: "Mails",
                columns: new[] { "MailboxHash", "Created" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Outbox_Asker_NextAttempt",
                table: "Outbox");

            migrationBuilder.DropIndex(
                name: "IX_Mails_MailboxHash_Created",
                table: "Mails");

            migrationBuilder.DropColumn(
                name: "Asker",
                table: "Outbox");

            migrationBuilder.DropColumn(
                name: "MailboxHash",
                table: "Mails");

            migrationBuilder.CreateIndex(
                name: "IX_Mails_RecipientHash_Created",
                table: "Mails",
                columns: new[] { "RecipientHash", "Created" });
        }
    }
}
