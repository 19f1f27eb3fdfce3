//! What is said to clients, and what they say: the SMTP dialogue of an injection connection.

use ringmail_rows::rows;

rows! {
    family: InjectionDebug, 820..=824;
    field data: "The bytes of one write or read, line ends included, at most 8192.";
    field host: "The client's name by reverse DNS, empty or `unknown` when there is none.";
    field ip: "The client's address.";

    /// Bytes were sent to a client.
    SentToClient = 820, Info: icid: Icid " Sent to '" ip: Ip "': '" data: Text "'"
        + host: Text
        also "ICID " icid " Sent to '" ip "': '" data "'";

    /// Bytes were received from a client.
    ReceivedFromClient = 821, Info: icid: Icid " Rcvd from '" ip: Ip "': '" data: Text "'"
        + host: Text
        also "ICID " icid " Rcvd from '" ip "': '" data "'";
}
