//! Logins that succeeded and that failed.

use ringmail_rows::rows;

rows! {
    family: Authentication, 900..=929;
    field ip: "The client's address.";
    field session: "The session's mark.";
    field user: "The user.";

    /// A user is who they say.
    LoginSucceeded = 900, Info: "User " user: Text [" from " ip: Ip]
        " was authenticated successfully.";

    /// Somebody could not prove to be a user.
    LoginFailed = 901, Info: "User " user: Text [" from " ip: Ip] " failed authentication.";

    /// A user logged on to the web interface.
    WebLogin = 902, Info: "The user " user: Text " successfully logged on from " ip: Ip
        [" with privilege "
        /// The user's role.
        privilege: Text] " using an HTTPS connection.";

    /// Somebody could not prove to be a user, in the web interface if it says HTTPS.
    LoginAttemptFailed = 903, Info: "An authentication attempt by the user " user: Text
        " from " ip: Ip " failed" [https: " using an HTTPS connection."]
        also "An authentication attempt by the user " user " from " ip " failed.";

    /// A session was opened.
    SessionLogin = 904, Info: "login:" ip: Ip " user:" user: Text " session:" session: Text;

    /// A session was closed.
    SessionLogout = 905, Info: "logout:" ip: Ip " user:" user: Text " session:" session: Text;

    /// A session at the command line is over because nobody used it.
    CliIdle = 906, Info: "CLI: User " user: Text " logged out from " ip: Ip
        " because of inactivity timeout";

    /// A session in the web interface is over because nobody used it.
    WebIdle = 907, Info: "GUI: User " user: Text " logged out from session " session: Text
        " because of inactivity timeout";

    /// The session of a process is over because nobody used it.
    SessionIdle = 908, Info: "PID "
        /// The process.
        pid: U32 ": User " user: Text " logged out from session because of inactivity timeout.";

    /// A user closed a session at the command line.
    SshLogout = 909, Info: "User " user: Text " logged out of SSH session " ip: Ip;
}
