// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - what is told of the other end of a local socket
 *
 * Guests without a user namespace have the same numbers of users as the host.
 * A daemon of the host, or of another guest, that asks for the user of its
 * peer and does what root says must not take a guest's root for its own.
 */

#include <linux/cred.h>
#include <linux/user_namespace.h>
#include <linux/vserver.h>
#include <net/vserver.h>

#include "context.h"
#include "cred.h"

u32 __vs_peer_id(const struct cred *cred)
{
	const struct vs_context *ctx = vs_cred_context(cred);

	/*
	 * In setup it is a tool of the host; and the users of a user namespace
	 * have numbers of their own.
	 */
	if (!vs_context_counted(ctx) || vs_setup(ctx) || cred->user_ns != &init_user_ns ||
	    (vs_flags(ctx) & VXF_PEER_UID))
		return 0;
	return vs_context_id(ctx);
}

bool __vs_peer_hidden(u32 id)
{
	return id != vs_current_id();
}
