//! The graymail engine.

use ringmail_rows::rows;

rows! {
    family: GraymailEngine, 710..=719;

    /// What the engine says.
    GraymailSays = 710, Info: "graymail ["
        /// The part of the engine: `BASE`, `HANDLER`, `ENGINE` ...
        component: Text "] "
        /// What there is to say.
        text: Text;
}
