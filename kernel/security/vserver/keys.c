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
	if (flags & KEY_ALLOC_UID_KEYRING)
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

static struct key *find_uid_keyring(u32 id)
{
	struct rb_node *node;
	struct key *found = NULL;

	spin_lock(&key_serial_lock);
	for (node = rb_first(&key_serial_tree); node && !found;
	     node = rb_next(node)) {
		struct key *key = rb_entry(node, struct key, serial_node);

		if (vs_key(key)->id == id &&
		    test_bit(KEY_FLAG_UID_KEYRING, &key->flags) &&
		    !test_bit(KEY_FLAG_INVALIDATED, &key->flags) &&
		    refcount_inc_not_zero(&key->usage))
			found = key;
	}
	spin_unlock(&key_serial_lock);
	return found;
}

/**
 * vs_keys_end - Let go of the keyrings of users of an ended context
 *
 * Nothing else would: the list of users' keyrings holds them.
 */
void vs_keys_end(struct vs_context *ctx)
{
	struct key *key;

	if (!READ_ONCE(ctx->has_keyrings))
		return;
	while ((key = find_uid_keyring(vs_context_id(ctx)))) {
		key_invalidate(key);
		key_put(key);
	}
}

static struct security_hook_list vs_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(key_alloc, hook_key_alloc),
	LSM_HOOK_INIT(key_permission, hook_key_permission),
};

void __init vs_add_key_hooks(void)
{
	vs_add_lazy_hooks(vs_hooks, ARRAY_SIZE(vs_hooks));
}
