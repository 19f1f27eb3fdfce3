//! The command line: who came, what was typed, and what was asked before.

use ringmail_rows::rows;

rows! {
    family: CliAudit, 600..=619;
    field pid: "The process of the session: the key of its lines.";
    field user: "The user.";

    /// Something was typed at a prompt.
    CliInput = 600, Info: "PID " pid: U32 ": User " user: Text " entered "
        /// What was typed; empty for the return key alone.
        input: Quoted "; prompt was "
        /// All that was shown since the input before, the prompt at its end.
        prompt: Quoted;

    /// A session was opened.
    CliLogin = 601, Info: "PID " pid: U32 ": User " user: Text " login from "
        /// The client's address.
        ip: Ip " on "
        /// The address that it connected to.
        local: Ip;

    /// A command was given with the connection, without a prompt.
    CliBatch = 602, Info: "PID " pid: U32 ": User " user: Text " executed batch command: "
        /// The command.
        command: Quoted;

    /// A session was closed.
    CliLogout = 603, Info: "PID " pid: U32 ": User " user: Text
        " logged out of Command Line Interface using "
        /// How the user was connected: `SSH` ...
        channel: Text " connection.";
}
