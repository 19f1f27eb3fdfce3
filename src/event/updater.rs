//! Updates of engines and rules.

use ringmail_rows::rows;

rows! {
    family: Updater, 860..=889;
    field component: "What is updated: `mcafee`, `case` ...";
    field path: "The file's path.";

    /// It is time to ask for updates.
    UpdateStarted = 860, Info: "Starting scheduled update";

    /// The server's list of updates is here.
    UpdateManifest = 861, Info: "Acquired server manifest, starting update "
        /// The update, counted from 1.
        update: U64;

    /// There is an update for a component.
    UpdateSpecified = 862, Info: "Server manifest specified an update for " component: Text;

    /// When updates are asked for again.
    UpdateScheduled = 863, Info: "Scheduled next update to occur at "
        /// When.
        at: Time;

    /// A component was told of its update.
    UpdateSignalled = 864, Info: component: Text " was signalled to start a new update";

    /// A component looks at the files of its update.
    UpdateProcessing = 865, Info: component: Text " processing files from the server manifest";

    /// A component begins the next step of its update.
    UpdateStep = 866, Info: component: Text " started "
        /// `downloading`, `decrypting`, `decompressing`, `applying`.
        step: Text " files";

    /// A component fetches a file.
    UpdateDownloading = 867, Info: component: Text " downloading remote file \""
        /// Where from.
        url: Text "\"";

    /// A component decrypts a file.
    UpdateDecrypting = 868, Info: component: Text " decrypting file \"" path: Text
        "\" with method \""
        /// The cipher: `des3_cbc` ...
        cipher: Text "\"";

    /// A component puts a file into its place.
    UpdateApplying = 869, Info: component: Text " applying file \"" path: Text "\"";

    /// A component checks its files.
    UpdateVerifying = 870, Info: component: Text " verifying applied files";

    /// A component notes what it has now.
    UpdateClientManifest = 871, Info: component: Text " updating the client manifest";

    /// A component's update is over.
    UpdateCompleted = 872, Info: component: Text " update completed";

    /// A component has nothing to do.
    UpdateWaiting = 873, Info: component: Text " waiting for new updates";

    /// A component's update is left out.
    UpdateSkipped = 874, Debug: "Skipping update request for \"" component: Text "\""
        also "Skipping update request for “" component "”";

    /// A component is not to be updated.
    UpdateDisabled = 875, Debug: component: Text " updates disabled";

    /// A component has no valid key.
    UpdateKeyDisabled = 876, Debug: component: Text " feature key disabled";

    /// Somebody gives the updater commands.
    UpdateSession = 877, Trace: "command session starting";

    /// An engine is not updated by itself any more.
    UpdateAutomaticDisabled = 878, Info: "Automatic updates disabled for engine "
        /// The engine.
        engine: Text;

    /// A component went back to its update before.
    UpdateBackup = 879, Info: component: Text ": Backup update applied successfully";

    /// An alert is about to be handed to the mail system.
    UpdateAlertAttempt = 880, Info: "Internal SMTP system attempting to send a message to "
        /// Whom the alert is for.
        address: Text " with subject "
        /// The alert's subject.
        subject: Quoted " (attempt #"
        /// The attempt, counted from 0.
        attempt: U32 ")."
        also "Internal SMTP system attempting to send a message to " address
        " with subject ‘" subject: Text "’ attempt #" attempt ").";
}
