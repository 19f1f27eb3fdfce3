//! The spam quarantine's pages for users.

use ringmail_rows::rows;

rows! {
    family: SpamQuarantineGui, 800..=819;
    field ip: "The client's address.";
    field session: "The session's mark, 20 characters.";
    field user: "The user; `-` when none is logged in.";

    /// The pages can be reached.
    IsqServing = 800, Info: "ISQ: Serving "
        /// `HTTP` or `HTTPS`.
        protocol: Text " on "
        /// The address.
        ip: Ip ", port "
        /// The port.
        port: U16;

    /// A user is who they say.
    IsqAuthenticated = 801, Info: "Authentication OK, user " user: Text;

    /// A user was logged out.
    IsqLogout = 802, Info:
        "logout:" user: Text " user:" session: Text " session:" ip: Ip;

    /// A user was logged in.
    IsqLogin = 803, Info:
        "login:" user: Text " user:" session: Text " session:" ip: Ip;

    /// Somebody could not prove to be a user.
    IsqAuthenticationFailed = 804, Info: "Authentication FAILED, user " user: Text;
}
