#define _GNU_SOURCE
#include "wire.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

void wire_open(struct wire *wire, int connection, int timeout_seconds,
               const volatile sig_atomic_t *stop, const sigset_t *waiting)
{
    wire->connection = connection;
    wire->timeout_seconds = timeout_seconds;
    wire->stop = stop;
    wire->waiting = waiting;
    wire->end = WIRE_OPEN;
    wire->begin = wire->filled = wire->out_filled = 0;
}

// Waits until the connection can be read from, or written to.
static bool wait_for(struct wire *wire, short events)
{
    struct timespec patience = {.tv_sec = wire->timeout_seconds};
    struct pollfd poll = {.fd = wire->connection, .events = events};
    for (;;) {
        if (*wire->stop && events == POLLIN) {
            wire->end = WIRE_STOPPED;
            return false;
        }
        int ready = ppoll(&poll, 1, &patience, wire->waiting);
        if (ready > 0)
            return true;
        if (ready < 0 && errno == EINTR)
            continue;
        wire->end = ready == 0 ? WIRE_TIMEOUT : WIRE_LOST;
        return false;
    }
}

int wire_byte(struct wire *wire)
{
    while (wire->begin == wire->filled) {
        wire_flush(wire);
        if (wire->end != WIRE_OPEN || !wait_for(wire, POLLIN))
            return -1;
        ssize_t got = recv(wire->connection, wire->in, sizeof wire->in, MSG_DONTWAIT);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got <= 0) {
            wire->end = WIRE_LOST;
            return -1;
        }
        wire->begin = 0;
        wire->filled = (size_t)got;
    }
    return (unsigned char)wire->in[wire->begin++];
}

long wire_line(struct wire *wire, char *line, size_t size, bool *too_long)
{
    size_t length = 0;
    *too_long = false;
    for (;;) {
        int byte = wire_byte(wire);
        if (byte < 0)
            return -1;
        if (byte == '\n')
            break;
        if (length + 1 < size)
            line[length++] = (char)byte;
        else
            *too_long = true;
    }
    if (length > 0 && line[length - 1] == '\r')
        length--;
    line[length] = '\0';
    return (long)length;
}

void wire_answer(struct wire *wire, const char *answer)
{
    size_t length = strlen(answer);
    if (length + 2 > sizeof wire->out)
        return;
    if (wire->out_filled + length + 2 > sizeof wire->out)
        wire_flush(wire);
    memcpy(wire->out + wire->out_filled, answer, length);
    memcpy(wire->out + wire->out_filled + length, "\r\n", 2);
    wire->out_filled += length + 2;
}

void wire_flush(struct wire *wire)
{
    size_t sent = 0;
    while (sent < wire->out_filled && wire->end != WIRE_LOST) {
        ssize_t wrote = send(wire->connection, wire->out + sent, wire->out_filled - sent,
                             MSG_DONTWAIT | MSG_NOSIGNAL);
        if (wrote >= 0) {
            sent += (size_t)wrote;
        } else if (errno == EAGAIN) {
            if (!wait_for(wire, POLLOUT))
                break;
        } else if (errno != EINTR) {
            wire->end = WIRE_LOST;
        }
    }
    wire->out_filled = 0;
}
