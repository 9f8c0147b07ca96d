// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - terminals
 *
 * A terminal belongs to the context that opened it first.  A guest may have
 * one of the host's: a program was started from it, or a tool of the host
 * made a pseudo terminal for it.
 */

#include <linux/sched/signal.h>
#include <linux/tty.h>
#include <linux/vserver.h>

#include "context.h"
#include "cred.h"

/*
 * Was the guest meant to use the terminal?  As its controlling terminal, which
 * it cannot become while the host has a session on it, or as long as the
 * host's shell keeps the caller in the foreground.
 */
static bool is_lent(const struct tty_struct *tty)
{
	return current->signal->tty == tty ||
		READ_ONCE(tty->ctrl.pgrp) == task_pgrp(current);
}

bool __vs_may_read_tty(const struct tty_struct *tty)
{
	return !__vs_foreign_id(tty->vs_id) || is_lent(tty);
}

/* What shows how a terminal is set, and changes nothing. */
static bool only_asks(unsigned int cmd)
{
	switch (cmd) {
	case TCGETS:
	case TCGETS2:
	case TCGETA:
	case TIOCGWINSZ:
	case TIOCGETD:
	case TIOCOUTQ:
		return true;
	default:
		return false;
	}
}

/* What programs do to terminals.  The rest is for lines and consoles. */
static bool is_usual(unsigned int cmd)
{
	switch (cmd) {
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
	case TCSETS2:
	case TCSETSW2:
	case TCSETSF2:
	case TCSETA:
	case TCSETAW:
	case TCSETAF:
	case TCSBRK:
	case TCSBRKP:
	case TCXONC:
	case TCFLSH:
	case TIOCSBRK:
	case TIOCCBRK:
	case TIOCSWINSZ:
	case TIOCGPGRP:
	case TIOCSPGRP:
	case TIOCGSID:
	case TIOCSCTTY:
	case TIOCNOTTY:
	case TIOCEXCL:
	case TIOCNXCL:
	case TIOCGEXCL:
	case TIOCINQ:
	case TIOCGPTN:
	case TIOCSPTLCK:
	case TIOCGPTLCK:
	case TIOCGPTPEER:
	case TIOCPKT:
	case TIOCGPKT:
	case TIOCSIG:
	case TIOCGDEV:
	case TIOCMGET:
		return true;
	default:
		return false;
	}
}

bool __vs_may_ioctl_tty(const struct tty_struct *tty, unsigned int cmd)
{
	bool foreign = __vs_foreign_id(tty->vs_id);

	if (!__vs_guest() || only_asks(cmd))
		return true;
	if (cmd == TIOCSTI)
		return !foreign && (READ_ONCE(vs_current()->ccaps) &
				    VXC_TIOCSTI);
	if (!is_usual(cmd))
		return false;
	/* A session leader without terminal gets one with this. */
	return !foreign || cmd == TIOCSCTTY || is_lent(tty);
}
