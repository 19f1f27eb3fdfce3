// What a C program can do wrong is an error or an outcome that says what, and nothing worse. Run
// under valgrind with an empty directory as its argument.

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ringmail.h"

static void fail(int line, const char *what)
{
    fprintf(stderr, "line %d: %s; last error: %s\n", line, what, ringmail_last_error());
    exit(1);
}

#define CHECK(holds) ((holds) ? (void)0 : fail(__LINE__, #holds))

// A call that goes wrong in this way, and says so.
#define WRONG(call, code, part)                                                              \
    (CHECK((call) == (code)), CHECK(strstr(ringmail_last_error(), (part)) != NULL))
#define REFUSED(call, part) WRONG(call, RINGMAIL_REFUSED, part)

static char run_directory[512], ids_file[512], logs[512];

static void builders(void)
{
    ringmail_log *log = (ringmail_log *)1;
    WRONG(ringmail_builder_start(NULL, &log), RINGMAIL_ERROR_ARGUMENT, "builder is NULL");
    WRONG(ringmail_builder_lane_bytes(NULL, 1), RINGMAIL_ERROR_ARGUMENT, "builder is NULL");
    ringmail_builder_free(NULL);
    ringmail_builder_free(ringmail_builder_new());
    WRONG(ringmail_builder_start(ringmail_builder_new(), NULL), RINGMAIL_ERROR_ARGUMENT, "log");
    WRONG(ringmail_builder_start(ringmail_builder_new(), &log), RINGMAIL_ERROR_CONFIG,
          "no subscription");
    CHECK(log == NULL);

    ringmail_builder *builder = ringmail_builder_new();
    WRONG(ringmail_builder_directory(builder, NULL), RINGMAIL_ERROR_ARGUMENT, "is NULL");
    WRONG(ringmail_builder_directory(builder, ""), RINGMAIL_ERROR_ARGUMENT, "empty");
    WRONG(ringmail_builder_dialect(builder, "1.0"), RINGMAIL_ERROR_ARGUMENT, "15.0");
    WRONG(ringmail_builder_time_zone(builder, "\xff"), RINGMAIL_ERROR_ARGUMENT, "UTF-8");
    WRONG(ringmail_builder_order(builder, 2), RINGMAIL_ERROR_ARGUMENT, "order is 2");
    WRONG(ringmail_builder_full_lane(builder, 9, 0), RINGMAIL_ERROR_ARGUMENT, "policy is 9");
    WRONG(ringmail_builder_log_headers(builder, NULL, 3), RINGMAIL_ERROR_ARGUMENT, "NULL");
    WRONG(ringmail_builder_subscribe(builder, NULL), RINGMAIL_ERROR_ARGUMENT, "is NULL");
    struct ringmail_subscription empty = {0};
    WRONG(ringmail_builder_subscribe(builder, &empty), RINGMAIL_ERROR_ARGUMENT, "struct_size");
    WRONG(RINGMAIL_SUBSCRIBE(builder, .name = "a", .log_type = "bounce"), RINGMAIL_ERROR_ARGUMENT,
          "no directory");
    CHECK(ringmail_builder_directory(builder, logs) == RINGMAIL_OK);
    WRONG(RINGMAIL_SUBSCRIBE(builder, .name = "../a", .log_type = "bounce"),
          RINGMAIL_ERROR_CONFIG, "../a");
    WRONG(RINGMAIL_SUBSCRIBE(builder, .name = "a", .log_type = "b"), RINGMAIL_ERROR_ARGUMENT,
          "no type");
    // What was right goes on.
    CHECK(RINGMAIL_SUBSCRIBE(builder, .name = "a", .log_type = "bounce") == RINGMAIL_OK);
    CHECK(ringmail_builder_lane_bytes(builder, 1000) == RINGMAIL_OK);
    WRONG(ringmail_builder_start(builder, &log), RINGMAIL_ERROR_CONFIG, "1000 bytes");
    CHECK(log == NULL);
}

static ringmail_log *started(void)
{
    ringmail_builder *builder = ringmail_builder_new();
    const char *headers[] = {"X-A", "X-B"};
    CHECK(ringmail_builder_directory(builder, logs) == RINGMAIL_OK);
    CHECK(ringmail_builder_run_directory(builder, run_directory, 0700, (gid_t)-1) == RINGMAIL_OK);
    CHECK(ringmail_builder_ids_file(builder, ids_file) == RINGMAIL_OK);
    CHECK(ringmail_builder_lane_bytes(builder, 1 << 18) == RINGMAIL_OK);
    CHECK(ringmail_builder_full_lane(builder, RINGMAIL_FULL_LANE_BLOCK, 5000) == RINGMAIL_OK);
    CHECK(ringmail_builder_order(builder, RINGMAIL_ORDER_CAUSAL) == RINGMAIL_OK);
    CHECK(ringmail_builder_dialect(builder, "15.0") == RINGMAIL_OK);
    CHECK(ringmail_builder_time_zone(builder, "UTC") == RINGMAIL_OK);
    CHECK(ringmail_builder_identity(builder, "V", "P", "1", NULL) == RINGMAIL_OK);
    CHECK(ringmail_builder_flush_delay_ms(builder, 50) == RINGMAIL_OK);
    CHECK(ringmail_builder_status_interval_seconds(builder, 60) == RINGMAIL_OK);
    CHECK(ringmail_builder_log_headers(builder, headers, 2) == RINGMAIL_OK);
    CHECK(RINGMAIL_SUBSCRIBE(builder, .name = "mail_logs", .log_type = "text_mail",
                             .level = RINGMAIL_LEVEL_TRACE, .rollover_bytes = 1 << 20,
                             .keep_files = 5) == RINGMAIL_OK);
    CHECK(RINGMAIL_SUBSCRIBE(builder, .name = "system_logs", .log_type = "system") == RINGMAIL_OK);
    ringmail_log *log;
    CHECK(ringmail_builder_start(builder, &log) == RINGMAIL_OK);
    return log;
}

static void events(ringmail_log *log)
{
    REFUSED(RINGMAIL_EMIT(NULL, finished, .mid = 1), "log is NULL");
    REFUSED(ringmail_emit_finished(log, NULL), "event is NULL");
    struct ringmail_finished event = {.mid = 1};
    REFUSED(ringmail_emit_finished(log, &event), "struct_size is 0");
    event.struct_size = sizeof event - 1;
    REFUSED(ringmail_emit_finished(log, &event), "struct_size");
    event.struct_size = SIZE_MAX;
    REFUSED(ringmail_emit_finished(log, &event), "struct_size");
    REFUSED(RINGMAIL_EMIT(log, finished, .level = 6), "level is 6");

    struct ringmail_str null = {NULL, 5};
    REFUSED(RINGMAIL_EMIT(log, sender, .from = null), "from is NULL");
    REFUSED(RINGMAIL_EMIT(log, sender_group, .action = 77), "action is none of its words");
    REFUSED(RINGMAIL_EMIT(log, new_icid, .ip = {.family = 5}), "ip has a family");
    REFUSED(RINGMAIL_EMIT(log, done, .rids = {NULL, 1}), "rids is NULL");
    REFUSED(RINGMAIL_EMIT(log, done, .rids = {(const uint32_t *)2, 1}), "between two");
    REFUSED(RINGMAIL_EMIT(log, done, .pairs = {NULL, 1}), "pairs is NULL");
    REFUSED(RINGMAIL_EMIT(log, bounced, .response = {&null, 1}), "response is NULL");

    // No more is read of a text or a list than a record can hold: memcheck sees each byte.
    char *bytes = malloc(8193);
    memset(bytes, 'a', 8193);
    CHECK(RINGMAIL_EMIT(log, sender, .mid = 2, .from = RINGMAIL_BYTES(bytes, SIZE_MAX)) ==
          RINGMAIL_ACCEPTED);
    free(bytes);
    uint32_t *rids = calloc(4097, sizeof *rids);
    CHECK(RINGMAIL_EMIT(log, done, .mid = 2, .rids = {rids, SIZE_MAX}) == RINGMAIL_ACCEPTED);
    free(rids);

    // An older caller's struct, as long as its end: nothing behind it is read.
    struct ringmail_recipient *old = malloc(32);
    old->struct_size = 32;
    old->time = 0;
    old->level = 0;
    old->mid = 3;
    CHECK(ringmail_emit_recipient(log, old) == RINGMAIL_ACCEPTED);
    free(old);

    CHECK(RINGMAIL_EMIT(log, finished, .mid = 4, .level = RINGMAIL_LEVEL_DEBUG,
                        .time = 1416410206000000) == RINGMAIL_ACCEPTED);
    CHECK(RINGMAIL_EMIT(log, login_failed, .user = RINGMAIL_LITERAL("u")) == RINGMAIL_UNWANTED);
    CHECK(RINGMAIL_EMIT(log, sender, .mid = 5, .from = RINGMAIL_STRING(NULL)) ==
          RINGMAIL_ACCEPTED);
    errno = EXDEV;
    CHECK(RINGMAIL_EMIT(log, finished, .mid = 6) == RINGMAIL_ACCEPTED);
    ringmail_log *none = NULL;
    CHECK(ringmail_attach("/nonexistent/run", NULL, &none) != RINGMAIL_OK && none == NULL);
    CHECK(errno == EXDEV);

    CHECK(ringmail_wants(log, RINGMAIL_EVENT_FINISHED));
    CHECK(!ringmail_wants(log, RINGMAIL_EVENT_LOGIN_FAILED));
    CHECK(!ringmail_wants(log, 0) && !ringmail_wants(NULL, RINGMAIL_EVENT_FINISHED));
}

enum { THREADS = 4, EVENTS = 500 };

static void *work(void *log)
{
    for (uint64_t at = 0; at < EVENTS; at++)
        CHECK(RINGMAIL_EMIT(log, icid_close, .icid = ringmail_icid(log)) == RINGMAIL_ACCEPTED);
    return NULL;
}

static void threads(ringmail_log *log)
{
    pthread_t all[THREADS];
    for (int at = 0; at < THREADS; at++)
        CHECK(pthread_create(&all[at], NULL, work, log) == 0);
    for (int at = 0; at < THREADS; at++)
        pthread_join(all[at], NULL);
}

// A child goes on with the log that it has from its parent, or attaches by itself.
static void children(ringmail_log *log)
{
    for (int attaches = 0; attaches < 2; attaches++) {
        uint64_t last = ringmail_mid(log);
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            ringmail_log *own = log;
            if (attaches)
                CHECK(ringmail_attach(run_directory, ids_file, &own) == RINGMAIL_OK);
            uint64_t mid = ringmail_mid(own);
            CHECK(mid > last + 1);
            CHECK(RINGMAIL_EMIT(own, start_mid, .mid = mid, .icid = 77) == RINGMAIL_ACCEPTED);
            WRONG(ringmail_flush(own), RINGMAIL_ERROR_ELSEWHERE, "another process");
            WRONG(ringmail_rollover(own, NULL), RINGMAIL_ERROR_ELSEWHERE, "another process");
            WRONG(ringmail_shutdown(own), RINGMAIL_ERROR_ELSEWHERE, "another process");
            if (attaches)
                ringmail_free(own);
            ringmail_free(log);
            // The threads of the parent, and what they hold, are lost here: no leak to be told.
            execl("/bin/true", "true", (char *)NULL);
            exit(1);
        }
        int status;
        CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    ringmail_log *none = NULL;
    WRONG(ringmail_attach(NULL, NULL, &none), RINGMAIL_ERROR_ARGUMENT, "run_directory is NULL");
    WRONG(ringmail_attach(run_directory, NULL, NULL), RINGMAIL_ERROR_ARGUMENT, "log is NULL");
    CHECK(ringmail_attach(run_directory, NULL, &none) == RINGMAIL_OK);
    CHECK(ringmail_mid(none) == 0 && strstr(ringmail_last_error(), "no ids") != NULL);
    ringmail_free(none);
}

// Lanes that are memory of the parent are not the child's: it sheds, and says so.
static void child_without_run_directory(void)
{
    ringmail_builder *builder = ringmail_builder_new();
    ringmail_log *log;
    CHECK(RINGMAIL_SUBSCRIBE(builder, .name = "alone", .log_type = "text_mail",
                             .directory = logs) == RINGMAIL_OK);
    CHECK(ringmail_builder_start(builder, &log) == RINGMAIL_OK);
    CHECK(ringmail_mid(log) == 1);
    CHECK(RINGMAIL_EMIT(log, finished, .mid = 1) == RINGMAIL_ACCEPTED);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        CHECK(RINGMAIL_EMIT(log, finished, .mid = 2) == RINGMAIL_SHED_NO_LANE);
        CHECK(ringmail_mid(log) == 0 && strstr(ringmail_last_error(), "no ids") != NULL);
        ringmail_free(log);
        execl("/bin/true", "true", (char *)NULL);
        exit(1);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(RINGMAIL_EMIT(log, finished, .mid = 3) == RINGMAIL_ACCEPTED);
    ringmail_free(log);
}

static void figures(ringmail_log *log)
{
    uint64_t count = 0;
    CHECK(ringmail_flush(log) == RINGMAIL_OK);
    CHECK(ringmail_ledger_check(log) == RINGMAIL_OK);
    CHECK(ringmail_ledger_figure(log, NULL, "accepted", &count) == RINGMAIL_OK);
    CHECK(count >= THREADS * EVENTS + 7);
    CHECK(ringmail_ledger_figure(log, "mail_logs", "written", &count) == RINGMAIL_OK);
    CHECK(count >= THREADS * EVENTS + 7);
    WRONG(ringmail_ledger_figure(log, "no_logs", "written", &count), RINGMAIL_ERROR_ARGUMENT,
          "no_logs");
    WRONG(ringmail_ledger_figure(log, NULL, "lost", &count), RINGMAIL_ERROR_ARGUMENT, "lost");
    WRONG(ringmail_ledger_figure(log, NULL, NULL, &count), RINGMAIL_ERROR_ARGUMENT, "term");
    WRONG(ringmail_ledger_figure(log, NULL, "lost", NULL), RINGMAIL_ERROR_ARGUMENT, "count");
    CHECK(ringmail_rollover(log, "mail_logs") == RINGMAIL_OK);
    CHECK(ringmail_rollover(log, NULL) == RINGMAIL_OK);
    WRONG(ringmail_rollover(log, "no_logs"), RINGMAIL_ERROR_CONFIG, "no_logs");
    WRONG(ringmail_flush(NULL), RINGMAIL_ERROR_ARGUMENT, "log is NULL");
    CHECK(ringmail_mid(NULL) == 0);
    CHECK(strcmp(ringmail_strerror(RINGMAIL_ERROR_IO), "refused by the operating system") == 0);
    CHECK(strcmp(ringmail_strerror(-5), "unknown error") == 0);
}

int main(int count, char **arguments)
{
    if (count != 2)
        return 2;
    snprintf(run_directory, sizeof run_directory, "%s/run", arguments[1]);
    snprintf(ids_file, sizeof ids_file, "%s/ids", arguments[1]);
    snprintf(logs, sizeof logs, "%s/logs", arguments[1]);
    CHECK(ringmail_last_error()[0] == '\0');
    CHECK(strcmp(ringmail_version(), RINGMAIL_VERSION) == 0);
    builders();
    child_without_run_directory();
    ringmail_log *log = started();
    events(log);
    threads(log);
    children(log);
    figures(log);
    CHECK(ringmail_shutdown(log) == RINGMAIL_OK);
    CHECK(RINGMAIL_EMIT(log, finished, .mid = 9) == RINGMAIL_SHED_CLOSED);
    CHECK(ringmail_ledger_check(log) == RINGMAIL_OK);
    ringmail_free(log);
    ringmail_free(NULL);
    return 0;
}
