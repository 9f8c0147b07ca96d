// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the first process: it prepares the machine, brings about the state that
 * the kernel parameter bench= names, and has the measuring done in a process
 * of its own. Process numbers and memory are the same in all states.
 */
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "context.h"

#define GUESTS		10
#define FIRST_GUEST	100
#define OWN_GUEST	200

enum state {
	IDLE,		/* no context, as on a kernel without them */
	ACTIVE,		/* measured on the host, beside guests */
	GUEST,		/* measured in a guest, beside guests */
	COSTS,		/* creating and entering */
	SCALE,		/* with 10, 1000, 10000 contexts */
};

void write_file(const char *path, const char *text)
{
	int fd = (int)must(open(path, O_WRONLY | O_CREAT, 0644));

	must(write(fd, text, strlen(text)));
	close(fd);
}

static void loopback_up(void)
{
	struct ifreq r = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int s = (int)must(socket(AF_INET, SOCK_DGRAM, 0));

	must(ioctl(s, SIOCSIFFLAGS, &r));
	close(s);
}

static void prepare(void)
{
	int fd, i;

	if (mount("dev", "/dev", "devtmpfs", 0, NULL) && errno != EBUSY)
		_exit(1);
	fd = open("/dev/console", O_RDWR);
	for (i = 0; i < 3; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
	must(mount("proc", "/proc", "proc", 0, NULL));
	must(mkdir("/bench", 0755));
	write_file("/bench/file", "x");
	loopback_up();
}

/* Processes that sleep, each in a context of its own if there are any. */
static void start_guests(enum state state)
{
	int ready[2], i;
	char c = 0;

	must(pipe(ready));
	for (i = 0; i < GUESTS; i++) {
		if (must(fork())) {
			must(read(ready[0], &c, 1));
			continue;
		}
		if (state == ACTIVE || state == GUEST) {
			context_create(FIRST_GUEST + i, VXF_STATE_SETUP);
			context_end_setup(FIRST_GUEST + i);
		}
		must(write(ready[1], &c, 1));
		for (;;)
			pause();
	}
	close(ready[0]);
	close(ready[1]);
}

/* A program image of its own: what a context runs is not what entered it. */
static void run_worker(enum state state, char *quick)
{
	char *argv[] = { "work", quick, state == COSTS ? "c" :
			 state == SCALE ? "s" : "o", NULL };
	char *envp[] = { NULL };
	pid_t pid = (pid_t)must(fork());
	int status;

	if (pid) {
		must(waitpid(pid, &status, 0));
		if (status)
			fatal("the worker has status %#x", status);
		return;
	}
	if (state == GUEST) {
		context_create(OWN_GUEST, VXF_STATE_SETUP);
		context_end_setup(OWN_GUEST);
	}
	must(execve("/init", argv, envp));
}

static int work(char **argv)
{
	switch (argv[2][0]) {
	case 'c':
		measure_costs();
		break;
	case 's':
		measure_scale();
		break;
	default:
		measure_all(argv[1][0] == 'q');
	}
	printf("E\n");
	return 0;
}

/* bench=STATE,q or bench=STATE,f */
int main(int argc, char **argv)
{
	const char *word = getenv("bench");

	if (argc > 2 && !strcmp(argv[0], "work"))
		return work(argv);

	prepare();
	if (!word || strlen(word) != 3)
		fatal("there is no kernel parameter bench=");
	start_guests(word[0] - '0');
	run_worker(word[0] - '0', word[2] == 'q' ? "q" : "f");
	fflush(stdout);
	reboot(RB_POWER_OFF);
	return 0;
}
