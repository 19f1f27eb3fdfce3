//! Upgrades of the product: what there is, its download, its installation. The lines are ours.

use ringmail_rows::rows;

rows! {
    family: Upgrade, 940..=959;
    field error: "What went wrong.";
    field version: "The version: `15.0.0-104`.";

    /// It is asked which upgrades there are.
    UpgradeChecking = 940, Info: "Upgrade: Checking for available upgrades";

    /// There is an upgrade.
    UpgradeAvailable = 941, Info: "Upgrade: Version " version: Text " is available";

    /// There is none.
    UpgradeNone = 942, Info: "Upgrade: No upgrades are available";

    /// An upgrade is fetched.
    UpgradeDownloading = 943, Info: "Upgrade: Downloading version " version: Text " from "
        /// The server.
        server: Text;

    /// How far the download is.
    UpgradeProgress = 944, Info: "Upgrade: Downloaded "
        /// So many bytes are here.
        bytes: U64 " of "
        /// So many bytes it has.
        total: U64 " bytes of version " version: Text;

    /// An upgrade is here.
    UpgradeDownloaded = 945, Info: "Upgrade: Download of version " version: Text " completed";

    /// An upgrade could not be fetched.
    UpgradeDownloadFailed = 946, Warning: "Upgrade: Download of version " version: Text
        " failed: " error: Text;

    /// An upgrade is installed.
    UpgradeInstalling = 947, Info: "Upgrade: Installing version " version: Text;

    /// An upgrade was installed.
    UpgradeInstalled = 948, Info: "Upgrade: Installation of version " version: Text
        " completed" [reboot: ", reboot required"];

    /// An upgrade could not be installed.
    UpgradeInstallFailed = 949, Critical: "Upgrade: Installation of version " version: Text
        " failed: " error: Text;
}
