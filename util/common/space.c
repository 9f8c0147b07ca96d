// SPDX-License-Identifier: GPL-2.0
/*
 * Making, joining and storing namespaces, and running a program in them.
 */
#include "space.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "prog.h"

#ifndef MS_REC
#define MS_REC		0x4000
#endif
#ifndef MS_PRIVATE
#define MS_PRIVATE	(1 << 18)
#endif

uint64_t space_default(void)
{
	uint64_t mask;

	if (vc_get_space_default(&mask) &&
	    (errno != ENOSYS || vc_get_space_mask(&mask)))
		die_call("vc_get_space_default", NULL);
	return mask & ~SPACE_MOUNT;
}

void space_new(uint64_t mask)
{
	if (mask && unshare((int)mask))
		die_call("unshare", NULL);
	/* Mounts are shared with the parent namespace on most systems. */
	if ((mask & SPACE_MNT) &&
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		die_call("mount", "make / private");
}

void space_enter(uint32_t xid, uint64_t mask, uint32_t index)
{
	if (vc_enter_space(xid, mask, index))
		die_xid("vc_enter_space", xid);
}

void space_set(uint64_t mask, uint32_t index)
{
	if (vc_set_space(VS_XID_SAME, mask, index))
		die_call("vc_set_space", NULL);
}

static pid_t child;

/* The child may have entered a context, where nobody outside finds it. */
static void pass_signal(int sig, siginfo_t *info, void *context)
{
	int saved = errno, xid;

	(void)context;
	/* What a terminal sends reaches the child by itself. */
	if (info->si_code > 0)
		return;
	if (kill(child, sig) && errno == ESRCH) {
		xid = vc_task_xid(child);
		if (xid >= VS_XID_MIN)
			vc_ctx_kill((uint32_t)xid, child, sig);
	}
	errno = saved;
}

static void pass_signals(void)
{
	static const int signals[] = {
		SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2,
	};
	struct sigaction sa = { .sa_sigaction = pass_signal };

	sa.sa_flags = SA_SIGINFO | SA_RESTART;
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &sa, NULL);
}

static int wait_for_child(void)
{
	int status;

	while (waitpid(child, &status, 0) != child)
		if (errno != EINTR)
			die_call("waitpid", NULL);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

int space_run(uint64_t mask, char **argv)
{
	sigset_t all, old;

	if (!(mask & SPACE_PID))
		return chain_exec(argv);

	prog_flush();
	/* No signal may come before it is known where it has to go. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	child = fork();
	if (child < 0)
		die_call("fork", NULL);
	if (!child) {
		sigprocmask(SIG_SETMASK, &old, NULL);
		return chain_exec(argv);
	}
	pass_signals();
	sigprocmask(SIG_SETMASK, &old, NULL);
	/*
	 * At once: when the child has gone, a new pid namespace takes no other
	 * process, which what runs at exit might want.
	 */
	_exit(wait_for_child());
}
