// A small preforking SMTP receiver that logs through libringmail.
//
// One parent listens; its children take connections from the one socket, and each logs on lanes of
// its own. It is a real receiver as far as SMTP goes, and throws away what it receives: what a mail
// server does with a message would stand where session.c says that it is finished.
//
//   receiver -r DIR -i FILE -d DIR [-l PORT] [-c CHILDREN] [-m BYTES]   the engine in the parent
//   receiver -r DIR -i FILE [-l PORT] [-c CHILDREN] [-m BYTES]          the engine elsewhere
//
//   -r  run directory: the lanes, by which processes reach the engine
//   -i  file of the ids of messages and connections, which the processes share
//   -d  where the logs are written; without it another process is the engine
//   -l  port on 127.0.0.1; 0, the default: any that is free. It is told on standard output
//   -c  children, 4 by default
//   -m  most bytes of a message, 10 MiB by default
//
// SIGTERM ends it: sessions are told, messages under way are aborted, everything is written. A child
// that is killed is replaced; what it had logged is in the log.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "session.h"

enum { MAX_CHILDREN = 256 };

struct options {
    const char *run_directory;
    const char *ids_file;
    const char *log_directory;
    unsigned short port;
    int children;
    struct limits limits;
};

static volatile sig_atomic_t stop;

static void on_term(int signal)
{
    (void)signal;
    stop = 1;
}

static void on_child(int signal)
{
    (void)signal;
}

static void usage(const char *program)
{
    fprintf(stderr,
            "usage: %s -r RUN_DIRECTORY -i IDS_FILE [-d LOG_DIRECTORY] [-l PORT] [-c CHILDREN] "
            "[-m BYTES]\n",
            program);
    exit(2);
}

static unsigned long number(const char *text, unsigned long most, const char *program)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (errno != 0 || *end != '\0' || *text < '0' || *text > '9' || value > most)
        usage(program);
    return value;
}

static struct options read_options(int count, char **arguments)
{
    struct options options = {.children = 4, .limits = {.message_bytes = 10 << 20}};
    int option;
    while ((option = getopt(count, arguments, "r:i:d:l:c:m:")) != -1) {
        switch (option) {
        case 'r': options.run_directory = optarg; break;
        case 'i': options.ids_file = optarg; break;
        case 'd': options.log_directory = optarg; break;
        case 'l': options.port = (unsigned short)number(optarg, 65535, arguments[0]); break;
        case 'c': options.children = (int)number(optarg, MAX_CHILDREN, arguments[0]); break;
        case 'm': options.limits.message_bytes = number(optarg, 1UL << 40, arguments[0]); break;
        default: usage(arguments[0]);
        }
    }
    if (options.run_directory == NULL || options.ids_file == NULL || options.children < 1 ||
        optind != count)
        usage(arguments[0]);
    return options;
}

static void must(ringmail_error error, const char *what)
{
    if (error != RINGMAIL_OK) {
        fprintf(stderr, "%s: %s: %s\n", what, ringmail_strerror((int)error), ringmail_last_error());
        exit(1);
    }
}

static ringmail_log *open_log(const struct options *options)
{
    ringmail_log *log;
    if (options->log_directory == NULL) {
        must(ringmail_attach(options->run_directory, options->ids_file, &log), "attach");
        return log;
    }
    ringmail_builder *builder = ringmail_builder_new();
    must(ringmail_builder_directory(builder, options->log_directory), "log directory");
    must(ringmail_builder_run_directory(builder, options->run_directory, 0, (gid_t)-1),
         "run directory");
    must(ringmail_builder_ids_file(builder, options->ids_file), "ids file");
    must(RINGMAIL_SUBSCRIBE(builder, .name = "mail_logs", .log_type = "text_mail"), "mail_logs");
    must(RINGMAIL_SUBSCRIBE(builder, .name = "system_logs", .log_type = "system"), "system_logs");
    must(ringmail_builder_start(builder, &log), "start");
    return log;
}

static int listen_on(unsigned short port)
{
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    int yes = 1;
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0 ||
        bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, 128) < 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) < 0) {
        perror("listen");
        exit(1);
    }
    printf("listening on 127.0.0.1:%u\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

// Serves connections, one at a time, until it is told to stop. Signals come only where it waits.
static void serve(ringmail_log *log, int listener, const struct limits *limits,
                  const sigset_t *waiting)
{
    struct pollfd poll = {.fd = listener, .events = POLLIN};
    while (!stop) {
        if (ppoll(&poll, 1, NULL, waiting) < 0)
            continue;
        // Another child may have been faster: then there is nothing to accept.
        int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (connection >= 0)
            session_run(log, connection, limits, &stop, waiting);
    }
}

static pid_t start_child(ringmail_log *log, int listener, const struct options *options,
                         const sigset_t *waiting)
{
    pid_t parent = getpid();
    pid_t child = fork();
    if (child != 0)
        return child;
    // A parent that is killed takes its children with it.
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() == parent)
        serve(log, listener, &options->limits, waiting);
    ringmail_free(log);
    exit(0);
}

int main(int count, char **arguments)
{
    struct options options = read_options(count, arguments);
    sigset_t handled, waiting;
    sigemptyset(&handled);
    sigaddset(&handled, SIGTERM);
    sigaddset(&handled, SIGINT);
    sigaddset(&handled, SIGCHLD);
    sigprocmask(SIG_BLOCK, &handled, &waiting);
    struct sigaction action = {.sa_handler = on_term};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    action.sa_handler = on_child;
    sigaction(SIGCHLD, &action, NULL);

    // Before the children, so that they have it, too.
    ringmail_log *log = open_log(&options);
    int listener = listen_on(options.port);
    pid_t children[MAX_CHILDREN] = {0};
    while (!stop) {
        time_t began = time(NULL);
        for (int at = 0; at < options.children; at++)
            if (children[at] <= 0)
                children[at] = start_child(log, listener, &options, &waiting);
        sigsuspend(&waiting);
        pid_t ended;
        while ((ended = waitpid(-1, NULL, WNOHANG)) > 0)
            for (int at = 0; at < options.children; at++)
                if (children[at] == ended)
                    children[at] = 0;
        // Children that end at once are not started again and again without a pause.
        if (!stop && time(NULL) == began)
            nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
    }
    for (int at = 0; at < options.children; at++)
        if (children[at] > 0)
            kill(children[at], SIGTERM);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
        continue;
    close(listener);
    // Only an engine of this process has a ledger here.
    if (options.log_directory != NULL) {
        must(ringmail_flush(log), "flush");
        must(ringmail_ledger_check(log), "ledger");
    }
    ringmail_free(log);
    return 0;
}
