// One SMTP connection of the example receiver.

#ifndef SESSION_H
#define SESSION_H

#include <signal.h>
#include <stddef.h>

#include "ringmail.h"

// No client may make the receiver keep more than this.
enum {
    MAX_LINE = 1024,      // of a command, its line end included (RFC 5321 asks for 512)
    MAX_ADDRESS = 256,    // of a path, without angle brackets
    MAX_RECIPIENTS = 100, // of a message
    MAX_HEADER = 1024,    // of a header line that is logged
    MAX_MISTAKES = 20,    // of a session
    TIMEOUT_SECONDS = 60, // without a byte from the client
};

struct limits {
    size_t message_bytes;
};

// Serves a connection to its end and closes it. `stop` is set by a signal that is let through only
// while the session waits, with the mask `waiting`: the client is then told, and the session ends.
void session_run(ringmail_log *log, int connection, const struct limits *limits,
                 const volatile sig_atomic_t *stop, const sigset_t *waiting);

#endif
