//! The programming interface. The lines are ours.

use ringmail_rows::rows;

rows! {
    family: Api, 960..=979;
    field error: "What went wrong.";
    field ip: "The client's address.";
    field request: "Method, path and protocol: `GET /api/v2.0/config HTTP/1.1`.";
    field user: "The user.";

    /// The interface starts.
    ApiStarted = 960, Info: "API: Service started, listening on "
        /// The address and the port.
        place: Text;

    /// The interface stops.
    ApiStopped = 961, Info: "API: Service stopped";

    /// A client connected.
    ApiConnection = 962, Debug: "API: Connection from " ip: Ip;

    /// A connection is closed, its request answered.
    ApiConnectionClosed = 963, Debug: "API: Connection from " ip: Ip " closed";

    /// A connection failed.
    ApiConnectionFailed = 964, Warning: "API: Connection from " ip: Ip " failed: " error: Text;

    /// A user is who they say.
    ApiAuthenticated = 965, Info: "API: User " user: Text " from " ip: Ip
        " was authenticated successfully.";

    /// Somebody could not prove to be a user.
    ApiAuthenticationFailed = 966, Warning: "API: User " user: Text " from " ip: Ip
        " failed authentication.";

    /// A request was answered.
    ApiRequest = 967, Info: "API: User " user: Text " from " ip: Ip " request "
        request: Quoted " status "
        /// The HTTP status of the answer.
        status: U16;

    /// A request could not be answered.
    ApiRequestError = 968, Warning: "API: Error in request " request: Quoted " from " ip: Ip
        ": " error: Text;

    /// The interface could not be told of another network configuration.
    ApiNetworkError = 969, Warning: "API: Error while applying network changes: " error: Text;
}
