#define _GNU_SOURCE
#include "session.h"

#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire.h"

struct session {
    ringmail_log *log;
    const struct limits *limits;
    struct wire wire;
    uint64_t icid;
    ringmail_ip peer;
    bool greeted;
    int mistakes;
    // The message under way; its number is 0 when there is none.
    uint64_t mid;
    uint32_t recipients;
    char from[MAX_ADDRESS];
};

// A header line that is logged: kept while it is read, and cut where it gets too long.
struct header {
    const char *name;
    size_t length;
    char value[MAX_HEADER];
};

static void answer(struct session *session, const char *text)
{
    wire_answer(&session->wire, text);
}

// Ends the message under way.
static void reset(struct session *session)
{
    session->mid = 0;
    session->recipients = 0;
    session->from[0] = '\0';
}

static void abort_message(struct session *session, const char *what)
{
    if (session->mid == 0)
        return;
    RINGMAIL_EMIT(session->log, aborted, .mid = session->mid, .what = RINGMAIL_STRING(what));
    RINGMAIL_EMIT(session->log, finished_aborted, .mid = session->mid);
    reset(session);
}

static void bad_syntax(struct session *session, const char *line, const char *text)
{
    session->mistakes++;
    RINGMAIL_EMIT(session->log, bad_syntax, .icid = session->icid,
                  .command = RINGMAIL_STRING(line));
    answer(session, text);
}

// The address in `<...>` behind `word`, and what may follow it. False if it has not that form.
static bool path(const char *argument, const char *word, char *address, const char **rest)
{
    size_t length = strlen(word);
    if (strncasecmp(argument, word, length) != 0)
        return false;
    argument += length;
    argument += strspn(argument, " ");
    const char *end = strchr(argument, '>');
    if (*argument != '<' || end == NULL || (size_t)(end - argument) > MAX_ADDRESS)
        return false;
    length = (size_t)(end - argument) - 1;
    memcpy(address, argument + 1, length);
    address[length] = '\0';
    *rest = end + 1;
    return **rest == '\0' || **rest == ' ';
}

// Whether it is an address as a mail server can use it: a local part and a domain, no controls.
static bool is_plain(const char *address)
{
    const char *at = strrchr(address, '@');
    if (at == NULL || at == address || at[1] == '\0')
        return false;
    for (; *address != '\0'; address++)
        if ((unsigned char)*address <= ' ' || *address == 0x7f)
            return false;
    return true;
}

// The size that a client announces (RFC 1870), 0 when it does not.
static uint64_t announced(const char *parameters)
{
    for (; *parameters != '\0'; parameters += strcspn(parameters, " ")) {
        parameters += strspn(parameters, " ");
        if (strncasecmp(parameters, "SIZE=", 5) == 0)
            return strtoull(parameters + 5, NULL, 10);
    }
    return 0;
}

static void mail(struct session *session, const char *line, const char *argument)
{
    char address[MAX_ADDRESS];
    const char *parameters;
    if (!session->greeted || session->mid != 0) {
        answer(session, "503 5.5.1 Bad sequence of commands");
    } else if (!path(argument, "FROM:", address, &parameters)) {
        bad_syntax(session, line, "501 5.5.4 Syntax: MAIL FROM:<address>");
    } else if (address[0] != '\0' && !is_plain(address)) {
        RINGMAIL_EMIT(session->log, invalid_sender, .icid = session->icid,
                      .address = RINGMAIL_STRING(address));
        answer(session, "553 5.1.7 Sender address not supported");
    } else if (announced(parameters) > session->limits->message_bytes) {
        RINGMAIL_EMIT(session->log, sender_rejected, .icid = session->icid,
                      .address = RINGMAIL_STRING(address),
                      .reason = RINGMAIL_LITERAL("message too big"));
        answer(session, "552 5.3.4 Message too big");
    } else {
        session->mid = ringmail_mid(session->log);
        if (session->mid == 0) {
            answer(session, "451 4.3.0 No number for the message");
            return;
        }
        memcpy(session->from, address, sizeof address);
        RINGMAIL_EMIT(session->log, start_mid, .mid = session->mid, .icid = session->icid);
        RINGMAIL_EMIT(session->log, sender, .mid = session->mid, .icid = session->icid,
                      .from = RINGMAIL_STRING(address));
        answer(session, "250 2.1.0 Sender ok");
    }
}

static void rcpt(struct session *session, const char *line, const char *argument)
{
    char address[MAX_ADDRESS];
    const char *parameters;
    if (session->mid == 0) {
        answer(session, "503 5.5.1 Bad sequence of commands");
    } else if (!path(argument, "TO:", address, &parameters)) {
        bad_syntax(session, line, "501 5.5.4 Syntax: RCPT TO:<address>");
    } else if (!is_plain(address)) {
        RINGMAIL_EMIT(session->log, invalid_recipient, .icid = session->icid, .mid = session->mid,
                      .address = RINGMAIL_STRING(address));
        answer(session, "553 5.1.3 Recipient address not supported");
    } else if (session->recipients >= MAX_RECIPIENTS) {
        RINGMAIL_EMIT(session->log, recipient_rejected, .mid = RINGMAIL_U64(session->mid),
                      .icid = session->icid, .to = RINGMAIL_STRING(address),
                      .by = RINGMAIL_LITERAL("Injection Control"));
        answer(session, "452 4.5.3 Too many recipients");
    } else {
        RINGMAIL_EMIT(session->log, recipient, .mid = session->mid, .icid = session->icid,
                      .rid = session->recipients, .to = RINGMAIL_STRING(address));
        session->recipients++;
        answer(session, "250 2.1.5 Recipient ok");
    }
}

// Takes a byte of the message's header, whose lines begin where `*column` is 0. Gives whether the
// header goes on.
static bool take_header(struct header *headers, size_t count, struct header **open, size_t *column,
                        char byte, char *line, size_t size)
{
    if (byte == '\r')
        return true;
    if (byte == '\n') {
        bool ended = *column == 0;
        *column = 0;
        return !ended;
    }
    bool folds = *column == 0 && (byte == ' ' || byte == '\t') && *open != NULL;
    if (*column == 0 && !folds)
        *open = NULL;
    if (*open != NULL) {
        struct header *header = *open;
        if ((header->length > 0 || byte != ' ') && header->length < sizeof header->value)
            header->value[header->length++] = byte;
        ++*column;
        return true;
    }
    if (*column < size)
        line[*column] = byte;
    ++*column;
    for (size_t at = 0; at < count; at++) {
        size_t length = strlen(headers[at].name);
        if (byte == ':' && *column == length + 1 && headers[at].length == 0 &&
            strncasecmp(line, headers[at].name, length) == 0)
            *open = &headers[at];
    }
    return true;
}

static void data(struct session *session)
{
    if (session->mid == 0 || session->recipients == 0) {
        answer(session, "503 5.5.1 Bad sequence of commands");
        return;
    }
    answer(session, "354 End data with <CR><LF>.<CR><LF>");
    struct header headers[] = {{.name = "Message-ID"}, {.name = "Subject"}};
    struct header *open = NULL;
    char line[16];
    size_t column = 0;
    bool in_header = true;
    uint64_t bytes = 0;
    // How much of CR LF . CR LF the last bytes were. Only that ends a message: not a lone LF.
    const char end[] = "\r\n.\r\n";
    size_t matched = 2;
    while (matched < 5) {
        int byte = wire_byte(&session->wire);
        if (byte < 0)
            return;
        if (byte == end[matched]) {
            matched++;
        } else {
            matched = byte == '\r' ? 1 : 0;
        }
        // The dot at the front of a line is not a part of it.
        if (matched == 3)
            continue;
        bytes++;
        if (in_header)
            in_header = take_header(headers, 2, &open, &column, (char)byte, line, sizeof line);
    }
    // The line end behind the dot was counted, and is not a part of the message.
    bytes -= 2;
    if (bytes > session->limits->message_bytes) {
        RINGMAIL_EMIT(session->log, receiving_failed, .icid = session->icid,
                      .error = RINGMAIL_LITERAL("message too big"));
        abort_message(session, "Receiving aborted");
        answer(session, "552 5.3.4 Message too big");
        return;
    }
    if (headers[0].length > 0)
        RINGMAIL_EMIT(session->log, message_id, .mid = session->mid,
                      .message_id = RINGMAIL_BYTES(headers[0].value, headers[0].length));
    if (headers[1].length > 0)
        RINGMAIL_EMIT(session->log, subject, .mid = session->mid,
                      .subject = RINGMAIL_BYTES(headers[1].value, headers[1].length));
    RINGMAIL_EMIT(session->log, ready, .mid = session->mid, .bytes = bytes,
                  .from = RINGMAIL_STRING(session->from));
    // A mail server would queue it here; this one is done with it.
    RINGMAIL_EMIT(session->log, finished, .mid = session->mid);
    reset(session);
    answer(session, "250 2.0.0 Ok");
}

static void helo(struct session *session, bool extended, const char *line, const char *name)
{
    if (*name == '\0') {
        bad_syntax(session, line, "501 5.5.4 Syntax: EHLO name");
        return;
    }
    abort_message(session, "Receiving aborted by sender");
    session->greeted = true;
    if (!extended) {
        answer(session, "250 ringmail-c");
        return;
    }
    char size[64];
    snprintf(size, sizeof size, "250-SIZE %zu", session->limits->message_bytes);
    answer(session, "250-ringmail-c");
    answer(session, size);
    answer(session, "250-8BITMIME");
    answer(session, "250-ENHANCEDSTATUSCODES");
    answer(session, "250 PIPELINING");
}

static bool is(const char *line, size_t length, const char *word)
{
    return length == strlen(word) && strncasecmp(line, word, length) == 0;
}

// Does what a line says. False when the client has said good-bye.
static bool command(struct session *session, const char *line)
{
    size_t length = strcspn(line, " ");
    const char *argument = line + length + strspn(line + length, " ");
    if (is(line, length, "HELO") || is(line, length, "EHLO")) {
        helo(session, is(line, length, "EHLO"), line, argument);
    } else if (is(line, length, "MAIL")) {
        mail(session, line, argument);
    } else if (is(line, length, "RCPT")) {
        rcpt(session, line, argument);
    } else if (is(line, length, "DATA")) {
        data(session);
    } else if (is(line, length, "RSET")) {
        abort_message(session, "Receiving aborted by sender");
        answer(session, "250 2.0.0 Reset");
    } else if (is(line, length, "NOOP")) {
        answer(session, "250 2.0.0 Ok");
    } else if (is(line, length, "QUIT")) {
        answer(session, "221 2.0.0 Good-bye");
        return false;
    } else {
        session->mistakes++;
        RINGMAIL_EMIT(session->log, unknown_command, .icid = session->icid,
                      .command = RINGMAIL_STRING(line));
        answer(session, "500 5.5.1 Unknown command");
    }
    return true;
}

static void begin(struct session *session)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    ringmail_ip local = {.family = 0};
    if (getsockname(session->wire.connection, (struct sockaddr *)&address, &length) == 0)
        local = ringmail_ip_of(&address, length);
    length = sizeof address;
    if (getpeername(session->wire.connection, (struct sockaddr *)&address, &length) == 0)
        session->peer = ringmail_ip_of(&address, length);
    session->icid = ringmail_icid(session->log);
    RINGMAIL_EMIT(session->log, new_icid, .icid = session->icid,
                  .interface = RINGMAIL_LITERAL("Data 1"), .interface_ip = local,
                  .ip = session->peer, .host = RINGMAIL_LITERAL("unknown"), .verified = false,
                  .listener = RINGMAIL_LITERAL("InboundMail"));
    RINGMAIL_EMIT(session->log, sender_group, .icid = session->icid,
                  .action = RINGMAIL_ACTION_ACCEPT, .group = RINGMAIL_LITERAL("UNKNOWNLIST"),
                  .condition = RINGMAIL_LITERAL("ALL"));
    answer(session, "220 ringmail-c ESMTP");
}

// Tells why a session ended that the client did not end.
static void cut_off(struct session *session, const char *reason, const char *text)
{
    abort_message(session, "Receiving aborted");
    RINGMAIL_EMIT(session->log, disconnected, .icid = session->icid, .ip = session->peer,
                  .reason = RINGMAIL_STRING(reason));
    answer(session, text);
}

void session_run(ringmail_log *log, int connection, const struct limits *limits,
                 const volatile sig_atomic_t *stop, const sigset_t *waiting)
{
    // Too large for comfort on a small stack, and a process serves one session at a time.
    static struct session session;
    memset(&session, 0, sizeof session);
    session.log = log;
    session.limits = limits;
    wire_open(&session.wire, connection, TIMEOUT_SECONDS, stop, waiting);
    begin(&session);
    char line[MAX_LINE];
    bool open = true;
    while (open && session.mistakes < MAX_MISTAKES && session.wire.end == WIRE_OPEN) {
        bool too_long;
        if (wire_line(&session.wire, line, sizeof line, &too_long) < 0)
            break;
        if (too_long)
            bad_syntax(&session, line, "500 5.5.2 Line too long");
        else
            open = command(&session, line);
    }
    if (session.wire.end == WIRE_STOPPED) {
        cut_off(&session, "system shutdown", "421 4.3.2 Closing down");
    } else if (session.wire.end == WIRE_TIMEOUT) {
        cut_off(&session, "timeout", "421 4.4.2 Timeout");
    } else if (session.wire.end == WIRE_LOST) {
        abort_message(&session, "Receiving aborted by sender");
        RINGMAIL_EMIT(log, icid_lost, .icid = session.icid);
    } else if (open) {
        cut_off(&session, "too many mistakes", "421 4.7.0 Too many mistakes");
    } else {
        abort_message(&session, "Receiving aborted by sender");
    }
    RINGMAIL_EMIT(log, icid_close, .icid = session.icid);
    // Last, so that who sees the connection end finds its lines.
    wire_flush(&session.wire);
    close(connection);
}
