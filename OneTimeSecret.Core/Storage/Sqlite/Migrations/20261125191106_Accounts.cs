using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace OneTimeSecret.Core.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Accounts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Receipts_OwnerId_Created_Id",
                table: "Receipts");

            migrationBuilder.AddColumn<bool>(
                name: "Adopted",
                table: "Receipts",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "Deleted",
                table: "AspNetUsers",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "TotpKey",
                table: "AspNetUsers",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "TotpStep",
                table: "AspNetUsers",
                type: "INTEGER",
                nullable: true);

            // So far a purge of expired secrets only removed the key from the receipt. Lists filter by state (3 is expired, 0 is new).
            migrationBuilder.Sql("UPDATE \"Receipts\" SET \"State\" = 3 WHERE \"State\" = 0 AND \"SealedSecretKey\" IS NULL");

            migrationBuilder.CreateTable(
                name: "RecoveryCodes",
                columns: table => new
                {
                    Hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    AccountId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RecoveryCodes", x => x.Hash);
                    table.ForeignKey(
                        name: "FK_RecoveryCodes_AspNetUsers_AccountId",
                        column: x => x.AccountId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Sessions",
                columns: table => new
                {
                    Hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    AccountId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Created = table.Column<long>(type: "INTEGER", nullable: false),
                    Confirmed = table.Column<long>(type: "INTEGER", nullable: false),
                    LastSeen = table.Column<long>(type: "INTEGER", nullable: false),
                    Expires = table.Column<long>(type: "INTEGER", nullable: false),
                    Stays = table.Column<bool>(type: "INTEGER", nullable: false),
                    Browser = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Sessions", x => x.Hash);
                    table.ForeignKey(
                        name: "FK_Sessions_AspNetUsers_AccountId",
                        column: x => x.AccountId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "SignInTries",
                columns: table => new
                {
                    Who = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Count = table.Column<int>(type: "INTEGER", nullable: false),
                    Until = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SignInTries", x => x.Who);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Receipts_OwnerId_Created_Id",
                table: "Receipts",
                columns: new[] { "OwnerId", "Created", "Id" },
                filter: "\"OwnerId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Receipts_OwnerId_RecipientHash_Created_Id",
                table: "Receipts",
                columns: new[] { "OwnerId", "RecipientHash", "Created", "Id" },
                filter: "\"RecipientHash\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Receipts_OwnerId_RecipientHash_SecretExpires_Id",
                table: "Receipts",
                columns: new[] { "OwnerId", "RecipientHash", "SecretExpires", "Id" },
                filter: "\"RecipientHash\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Receipts_OwnerId_SecretExpires_Id",
                table: "Receipts",
                columns: new[] { "OwnerId", "SecretExpires", "Id" },
                filter: "\"OwnerId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Receipts_OwnerId_State_Created_Id",
                table: "Receipts",
                columns: new[] { "OwnerId", "State", "Created", "Id" },
                filter: "\"OwnerId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Receipts_OwnerId_State_SecretExpires_Id",
                table: "Receipts",
                columns: new[] { "OwnerId", "State", "SecretExpires", "Id" },
                filter: "\"OwnerId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_RecoveryCodes_AccountId",
                table: "RecoveryCodes",
                column: "AccountId");

            migrationBuilder.CreateIndex(
                name: "IX_Sessions_AccountId",
                table: "Sessions",
                column: "AccountId");

            migrationBuilder.CreateIndex(
                name: "IX_Sessions_Expires",
                table: "Sessions",
                column: "Expires");

            migrationBuilder.CreateIndex(
                name: "IX_SignInTries_Until",
                table: "SignInTries",
                column: "Until");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "RecoveryCodes");

            migrationBuilder.DropTable(
                name: "Sessions");

            migrationBuilder.DropTable(
                name: "SignInTries");

            migrationBuilder.DropIndex(
                name: "IX_Receipts_OwnerId_Created_Id",
                table: "Receipts");

            migrationBuilder.DropIndex(
                name: "IX_Receipts_OwnerId_RecipientHash_Created_Id",
                table: "Receipts");

            migrationBuilder.DropIndex(
                name: "IX_Receipts_OwnerId_RecipientHash_SecretExpires_Id",
                table: "Receipts");

            migrationBuilder.DropIndex(
                name: "IX_Receipts_OwnerId_SecretExpires_Id",
                table: "Receipts");

            migrationBuilder.DropIndex(
                name: "IX_Receipts_OwnerId_State_Created_Id",
                table: "Receipts");

            migrationBuilder.DropIndex(
                name: "IX_Receipts_OwnerId_State_SecretExpires_Id",
                table: "Receipts");

            migrationBuilder.DropColumn(
                name: "Adopted",
                table: "Receipts");

            migrationBuilder.DropColumn(
                name: "Deleted",
                table: "AspNetUsers");

            migrationBuilder.DropColumn(
                name: "TotpKey",
                table: "AspNetUsers");

            migrationBuilder.DropColumn(
                name: "TotpStep",
                table: "AspNetUsers");

            migrationBuilder.CreateIndex(
                name: "IX_Receipts_OwnerId_Created_Id",
                table: "Receipts",
                columns: new[] { "OwnerId", "Created", "Id" });
        }
    }
}
