//! DANE: the secure look-ups of mail exchangers and TLSA records, and what comes of them.

use ringmail_rows::rows;

rows! {
    family: TextMail, 350..=399;
    field cname: "The name that the alias leads to.";
    field domain: "The recipient's domain.";
    field error: "What went wrong.";
    field mx: "The mail exchanger.";
    field qname: "The name that is looked up.";
    field qtype: "The type that is looked up.";
    field rcode: "The DNS answer in a word: `NoError`, `NXDomain`.";
    field security: "What DNSSEC says of the record.";
    field server: "The name server.";

    /// DANE is tried for a domain.
    DaneTry = 350, Debug: "Trying DANE "
        /// `MANDATORY` or `OPPORTUNISTIC`.
        mode: Text " for " domain: Text;

    /// A mail exchanger was found.
    MxFound = 351, Debug:
        security: DnsSecurity " MX record(" mx: Text ") found for " domain: Text
        also security " MX record (" mx ") found for " domain;

    /// A name is looked up.
    DnsQuestion = 352, Debug: "DNS query: Q(" qname: Quoted ", " qtype: Quoted ")"
        also "DNS query: Q (" qname ", " qtype ")";

    /// A set of name servers is asked.
    DnsSetAsked = 353, Debug:
        "DNS query: QN(" qname: Quoted ", " qtype: Quoted ", "
        /// The set's name.
        set: Quoted ")"
        also "DNS query: QN (" qname ", " qtype ", " set ")";

    /// One name server is asked, with a time limit.
    DnsServerAsked = 354, Debug: "DNS query: QIP  (" qname: Quoted "," qtype: Quoted ","
        server: Quoted ","
        /// The time limit in seconds.
        seconds: U32 ")"
        also "DNS query: QIP (" qname "," qtype "," server ", " seconds ")"
        also "DNS query: QIP (" qname ", " qtype "," server "," seconds ")";

    /// A question went out to a name server.
    DnsSent = 355, Debug:
        "DNS query: Q  (" qname: Quoted ", " qtype: Quoted ", " server: Quoted ")"
        also "DNS query: Q (" qname ", " qtype ", " server ")";

    /// A name server answered.
    DnssecResponse = 356, Debug: "DNSSEC Response data(["
        /// The data of the answer.
        rdata: TextList "], "
        /// `secure`, `bogus`, or nothing.
        state: Text ", "
        /// The DNS answer as a number: 0 found, 3 no such name.
        status: U32 ", "
        /// For how many seconds the answer holds.
        ttl: U32 ")"
        also "DNSSEC Response data ([" rdata "], " state ", " status ", " ttl ")";

    /// An answer was stored.
    DnsEncache = 357, Debug: "DNS encache (" qname: Text ", " qtype: Text ", [("
        /// Until when it holds, as the cache counts.
        expiry: U64 "L, "
        /// The number behind it.
        number: U32 ", '" security: DnsSecurity "', "
        /// The data of the answer.
        rdata: Quoted ")])";

    /// A name has no record of a type.
    DnsNoData = 358, Debug: "Received NODATA for domain " qname: Text " type " qtype: Text;

    /// A name does not exist.
    DnsNxDomain = 359, Debug: "Received NXDomain for domain " qname: Text " type " qtype: Text;

    /// A name is no alias.
    NoCname = 360, Debug: "No CNAME record(" rcode: Text ") found for domain(" qname: Text ")"
        also "No CNAME record (" rcode ") found for domain (" qname ")";

    /// A mail exchanger is an alias, and securely so.
    SecureCname = 361, Debug:
        "Secure CNAME(" cname: Text ") found for MX(" mx: Text ") in " domain: Text
        also "Secure CNAME (" cname ") found for MX (" mx ") in " domain;

    /// A mail exchanger's address was found.
    AddressFound = 362, Debug: security: DnsSecurity " A record ("
        /// The address.
        ip: Ip ") found for MX(" mx: Text ") in " domain: Text
        also security " A record (" ip ") found for MX (" mx ") in " domain;

    /// TLSA records are looked up under the name that the alias leads to.
    TlsaByCname = 363, Debug:
        "Fetching TLSA records with CNAME(" cname: Text ") for MX(" mx: Text ") in " domain: Text
        also "Fetching TLSA records with CNAME (" cname ") for MX (" mx ") in " domain;

    /// TLSA records are looked up under the mail exchanger's own name.
    TlsaByName = 364, Debug:
        "Fetching TLSA records with initial name(" mx: Text ") in " domain: Text
        also "Fetching TLSA records with initial name (" mx ") in " domain;

    /// A TLSA record was found, and is secure.
    TlsaSecure = 365, Debug: "SECURE TLSA Record found for MX(" mx: Text ") in " domain: Text
        also "SECURE TLSA Record found for MX (" mx ") in " domain;

    /// A TLSA record was found, and its signature is wrong.
    TlsaBogus = 366, Debug: "BOGUS TLSA Record is found for MX (" mx: Text ") in " domain: Text;

    /// There is no TLSA record.
    NoTlsa = 367, Debug: "No TLSA record (" rcode: Text ") found for MX (" mx: Text ")";

    /// No TLSA record fits the other server's certificate.
    TlsaFailed = 368, Debug:
        "DCID " dcid: Dcid " All TLSA records failed for certificate not trusted";

    /// The next mail exchanger is tried.
    NextMx = 369, Debug: "Trying next MX record in " domain: Text;

    /// DANE is given up for a mail exchanger; ordinary TLS is tried.
    TlsFallback = 370, Debug:
        "Falling back to conventional TLS for MX (" mx: Text ") in " domain: Text;

    /// No mail exchanger of a domain will do.
    AllMxFailed = 371, Info: "Failed for all MX hosts in " domain: Text;

    /// The other server's certificate is right.
    CertificateVerified = 372, Info: "DCID " dcid: Dcid " Certificate verification successful";

    /// A message could not be delivered with DANE.
    DaneFailedForDomain = 373, Info: "MID " mid: Mid " DCID " dcid: Dcid
        " DANE failed for the domain " domain: Text ": " error: Text;

    /// A message could not be delivered with DANE, whatever the domain.
    DaneFailed = 374, Info: "MID " mid: Mid " DCID " dcid: Dcid " DANE failed: " error: Text;
}
