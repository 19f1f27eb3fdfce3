// Bytes from and to a client, through buffers that no client can make grow.

#ifndef WIRE_H
#define WIRE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

enum wire_end {
    WIRE_OPEN,
    WIRE_LOST,    // the client is gone
    WIRE_TIMEOUT, // it says nothing
    WIRE_STOPPED, // the server is to end
};

struct wire {
    int connection;
    int timeout_seconds;
    const volatile sig_atomic_t *stop;
    const sigset_t *waiting;
    enum wire_end end;
    size_t begin, filled;
    char in[8192];
    size_t out_filled;
    char out[4096];
};

void wire_open(struct wire *wire, int connection, int timeout_seconds,
               const volatile sig_atomic_t *stop, const sigset_t *waiting);

// The next byte, or -1 when there is none: `wire->end` says why. Sends what is to be sent before it
// waits, so that the answers to commands that came together go together.
int wire_byte(struct wire *wire);

// A line without its end into `line`, with a 0 behind it. Gives its length, or -1 at the end.
// `too_long` tells that it was longer than `size - 1`; the rest of it is read and left out.
long wire_line(struct wire *wire, char *line, size_t size, bool *too_long);

// Puts an answer; CR and LF come behind it.
void wire_answer(struct wire *wire, const char *answer);

void wire_flush(struct wire *wire);

#endif
