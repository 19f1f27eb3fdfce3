//! The FTP service of an interface.

use ringmail_rows::rows;

rows! {
    family: FtpServer, 620..=639;
    field bytes: "The file's size in bytes.";
    field file: "The file's name.";
    field id: "The connection, counted from 1: the key of its lines.";
    field user: "The user.";

    /// The service starts.
    FtpComingUp = 620, Info: "System is coming up";

    /// A client connected.
    FtpConnection = 621, Info: "ID:" id: U64 " Connection from "
        /// The client's address.
        ip: Ip " on "
        /// The address that it connected to.
        local: Ip;

    /// A user logged in, or failed to.
    FtpLogin = 622, Info: "ID:" id: U64 " User " user: Text " login "
        /// `SUCCESS`, or what the login came to instead.
        result: Text;

    /// A file came in.
    FtpUpload = 623, Info: "ID:" id: U64 " Upload " file: Text " " bytes: U64 " bytes";

    /// A file went out.
    FtpDownload = 624, Info: "ID:" id: U64 " Download " file: Text " " bytes: U64 " bytes";

    /// A user logged out.
    FtpLogout = 625, Info: "ID:" id: U64 " User " user: Text " logout";
}
