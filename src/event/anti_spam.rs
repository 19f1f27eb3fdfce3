//! The anti-spam engine.

use ringmail_rows::rows;

rows! {
    family: AntiSpam, 700..=709;

    /// What the engine says.
    CaseEngine = 700, Info: "case antispam - engine ("
        /// The engine's process.
        pid: U32 ") : "
        /// The part of the engine: `case-daemon`, `startup`, `config` ...
        component: Text ": "
        /// What there is to say.
        text: Text;
}
