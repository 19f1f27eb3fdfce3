//! What is said to servers, and what they say: the SMTP dialogue of a delivery connection.

use ringmail_rows::rows;

rows! {
    family: DomainDebug, 825..=829;
    field data: "The bytes of one write or read, line ends included, at most 8192.";
    field domain: "The recipients' domain that the connection is for.";
    field ip: "The server's address.";

    /// Bytes were sent to a server.
    SentToServer = 825, Info: dcid: Dcid " Sent: " data: Quoted
        + ip: Ip, domain: Text
        also "DCID " dcid " Sent to '" ip "': '" data: Text "'";

    /// Bytes were received from a server.
    ReceivedFromServer = 826, Info: dcid: Dcid " Rcvd: " data: Quoted
        + ip: Ip, domain: Text
        also "DCID " dcid " Rcvd from '" ip "': '" data: Text "'";
}
