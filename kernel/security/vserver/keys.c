// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - keys
 *
 * A key belongs to the context of the credentials it was made with, and only
 * these have permission for it: numbers of users say nothing, since the same
 * ones are in use everywhere.
 */

#include <linux/cred.h>
#include <linux/key.h>
#include <linux/lsm_hooks.h>
#include <linux/sched/task.h>
#include <linux/string.h>
#include <linux/task_work.h>
#include <linux/vserver.h>

#include "../keys/internal.h"
#include "context.h"
#include "cred.h"
#include "keys.h"
#include "setup.h"
#include "task.h"

static struct vs_key *vs_key(const struct key *key)
{
	return key->security + vs_blob_sizes.lbs_key;
}

static int hook_key_alloc(struct key *key, const struct cred *cred,
			  unsigned long flags)
{
	struct vs_context *ctx = vs_cred_context(cred);

	/* What asks user space for a key runs as root of the host. */
	if (ctx != &vs_host && !strcmp(key->type->name, ".request_key_auth"))
		return vs_deny("request_key", ctx, &vs_host);
	vs_key(key)->id = vs_context_id(ctx);
	if (flags & (KEY_ALLOC_UID_KEYRING | KEY_ALLOC_NOT_IN_QUOTA))
		WRITE_ONCE(ctx->has_keyrings, true);
	return 0;
}

static int hook_key_permission(key_ref_t ref, const struct cred *cred,
			       enum key_need_perm need)
{
	const struct vs_context *ctx = vs_cred_context(cred);
	u32 id = vs_key(key_ref_to_ptr(ref))->id;

	if (likely(id == vs_context_id(ctx)))
		return 0;
	/*
	 * The kernel looks for certificates and user keyrings in keyrings of
	 * its own, whoever is current, and claims to possess them. User space
	 * cannot possess a foreign key: that takes a link to it.
	 */
	if (!id && need == KEY_NEED_SEARCH && is_key_possessed(ref))
		return 0;
	vs_deny("key", ctx, &vs_nowhere);
	return -EACCES;
}

void __vs_name_keyring(char *name, const struct cred *cred)
{
	const struct vs_context *ctx = vs_cred_context(cred);

	if (ctx != &vs_host)
		sprintf(name + strlen(name), ".%x", vs_context_id(ctx));
}

/**
 * vs_keys_enter - Cancel a session keyring that is on its way to the caller
 *
 * For a task that has just changed its context: a child it has in the old one
 * may have sent it.
 */
void vs_keys_enter(void)
{
	struct callback_head *work;

	/* Let a child that still saw its parent in its context finish. */
	read_lock(&tasklist_lock);
	read_unlock(&tasklist_lock);
	work = task_work_cancel_func(current, key_change_session_keyring);
	if (work)
		put_cred(container_of(work, struct cred, rcu));
}

/* The first key with a greater serial number; under key_serial_lock. */
static struct key *key_after(key_serial_t serial)
{
	struct rb_node *node = key_serial_tree.rb_node;
	struct key *next = NULL;

	while (node) {
		struct key *key = rb_entry(node, struct key, serial_node);

		if (key->serial > serial) {
			next = key;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return next;
}

/*
 * Goes on in the table of all keys to the next keyring of a context, but not
 * for long: the host waits for the lock.  Returns whether there is more.
 */
static bool next_keyring(u32 id, key_serial_t *at, struct key **found)
{
	int left = 100;
	struct key *key;

	spin_lock(&key_serial_lock);
	for (key = key_after(*at); key && left--; ) {
		struct rb_node *node = rb_next(&key->serial_node);

		*at = key->serial;
		if (vs_key(key)->id == id && key->type == &key_type_keyring &&
		    refcount_inc_not_zero(&key->usage)) {
			*found = key;
			break;
		}
		key = node ? rb_entry(node, struct key, serial_node) : NULL;
	}
	spin_unlock(&key_serial_lock);
	return key;
}

/**
 * vs_keys_end - Let go of the keyrings of an ended context
 *
 * Nothing else would: lists of the kernel hold those of users, and the
 * persistent ones for days.
 */
void vs_keys_end(struct vs_context *ctx)
{
	struct key *key;
	key_serial_t at = 0;
	bool more;

	if (!READ_ONCE(ctx->has_keyrings))
		return;
	do {
		key = NULL;
		more = next_keyring(vs_context_id(ctx), &at, &key);
		if (key) {
			key_invalidate(key);
			key_put(key);
		}
		cond_resched();
	} while (more);
}

static struct security_hook_list vs_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(key_alloc, hook_key_alloc),
	LSM_HOOK_INIT(key_permission, hook_key_permission),
};

void __init vs_add_key_hooks(void)
{
	vs_add_lazy_hooks(vs_hooks, ARRAY_SIZE(vs_hooks));
}
