// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/virtual, /proc/virtnet: one directory for each living context, security
 * context and network context; /proc/1
 *
 * A directory is made up when it is read, as /proc/PID is: a context costs
 * no memory here, and creating one no time.  What the files say is the matter
 * of security/vserver/; here they are found by the id of the context.
 */

#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/namei.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/vserver.h>

#include "internal.h"

/* Position in the directory of the context with id 0, if there were one. */
#define FIRST_CONTEXT		16

static u32 inode_id(const struct inode *inode)
{
	return PROC_I(inode)->fd;
}

/* Apart from what get_next_ino() and PROC_DYNAMIC_FIRST hand out. */
static unsigned long make_ino(const struct vs_proc_tree *tree, u32 id,
			      unsigned int nr)
{
	return tree->ino | id << 4 | nr;
}

static const struct vs_proc_tree *inode_tree(const struct inode *inode)
{
	/* The bits that tell the trees apart. */
	return (inode->i_ino & 0xff000000UL) == vs_proc_virtnet.ino ?
		&vs_proc_virtnet : &vs_proc_virtual;
}

static int inode_valid(const struct inode *inode)
{
	return inode_tree(inode)->valid(inode_id(inode));
}

static int context_show(struct seq_file *m, void *v)
{
	const struct inode *inode = m->private;
	const struct vs_proc_file *file = inode->i_private;

	return file->show(m, inode_id(inode));
}

static int context_file_open(struct inode *inode, struct file *file)
{
	int valid = inode_valid(inode);

	if (valid <= 0)
		return valid ?: -ESRCH;
	return single_open(file, context_show, inode);
}

static const struct file_operations context_file_ops = {
	.open		= context_file_open,
	.read		= seq_read,
	.llseek		= seq_lseek,
	.release	= single_release,
};

/* The name stays the same when another context gets the id. */
static int context_revalidate(struct dentry *dentry, unsigned int flags)
{
	const struct inode *inode = d_inode_rcu(dentry);

	if (!inode)
		return flags & LOOKUP_RCU ? -ECHILD : 0;
	/*
	 * -ENOENT for what is hidden: after 0 the dentry would be dropped,
	 * and what others have mounted on it with it.
	 */
	return inode_valid(inode);
}

static const struct dentry_operations context_dentry_ops = {
	.d_revalidate	= context_revalidate,
	.d_delete	= always_delete_dentry,
};

static struct inode *make_inode(struct super_block *sb,
				const struct vs_proc_tree *tree, umode_t mode,
				u32 id, unsigned int nr)
{
	struct inode *inode = new_inode(sb);

	if (!inode)
		return NULL;
	inode->i_ino = make_ino(tree, id, nr);
	inode->i_mode = mode;
	inode->i_flags |= S_IMMUTABLE;
	simple_inode_init_ts(inode);
	PROC_I(inode)->fd = id;
	return inode;
}

static struct dentry *add_inode(struct dentry *dentry, struct inode *inode)
{
	d_set_d_op(dentry, &context_dentry_ops);
	return d_splice_alias(inode, dentry);
}

static const struct vs_proc_file *files_of(const struct vs_proc_tree *tree,
					   u32 id)
{
	return id ? tree->id_files : tree->files;
}

static struct dentry *file_lookup(struct dentry *dentry,
				  const struct vs_proc_tree *tree, u32 id)
{
	const struct vs_proc_file *files = files_of(tree, id);
	struct inode *inode;
	unsigned int nr;

	for (nr = 0; files[nr].name; nr++)
		if (!strcmp(dentry->d_name.name, files[nr].name))
			break;
	if (!files[nr].name)
		return ERR_PTR(-ENOENT);

	inode = make_inode(dentry->d_sb, tree, S_IFREG | 0444, id, nr + 1);
	if (!inode)
		return ERR_PTR(-ENOMEM);
	inode->i_private = (void *)&files[nr];
	inode->i_fop = &context_file_ops;
	return add_inode(dentry, inode);
}

static bool emit_files(struct dir_context *ctx, const struct vs_proc_tree *tree,
		       u32 id)
{
	const struct vs_proc_file *files = files_of(tree, id);
	unsigned int nr;

	for (nr = 0; files[nr].name; nr++) {
		if (ctx->pos > nr + 2)
			continue;
		if (!dir_emit(ctx, files[nr].name, strlen(files[nr].name),
			      make_ino(tree, id, nr + 1), DT_REG))
			return false;
		ctx->pos = nr + 3;
	}
	return true;
}

static struct dentry *context_lookup(struct inode *dir, struct dentry *dentry,
				     unsigned int flags)
{
	/* The directory may have been handed to somebody else. */
	if (inode_valid(dir) <= 0)
		return ERR_PTR(-ENOENT);
	return file_lookup(dentry, inode_tree(dir), inode_id(dir));
}

static int context_readdir(struct file *file, struct dir_context *ctx)
{
	const struct inode *dir = file_inode(file);

	if (inode_valid(dir) <= 0)
		return -ENOENT;
	if (dir_emit_dots(file, ctx))
		emit_files(ctx, inode_tree(dir), inode_id(dir));
	return 0;
}

static const struct inode_operations context_dir_iops = {
	.lookup		= context_lookup,
};

static const struct file_operations context_dir_ops = {
	.read		= generic_read_dir,
	.iterate_shared	= context_readdir,
	.llseek		= generic_file_llseek,
};

/* The directory itself is an ordinary entry of /proc. */
static const struct vs_proc_tree *top_tree(const struct inode *dir)
{
	return PDE(dir)->data;
}

static struct dentry *virtual_lookup(struct inode *dir, struct dentry *dentry,
				     unsigned int flags)
{
	const struct vs_proc_tree *tree = top_tree(dir);
	unsigned int id = name_to_int(&dentry->d_name);
	struct inode *inode;

	if (id == ~0U)
		return file_lookup(dentry, tree, 0);
	if (!id || tree->valid(id) <= 0)
		return ERR_PTR(-ENOENT);

	inode = make_inode(dentry->d_sb, tree, S_IFDIR | 0555, id, 0);
	if (!inode)
		return ERR_PTR(-ENOMEM);
	set_nlink(inode, 2);
	inode->i_op = &context_dir_iops;
	inode->i_fop = &context_dir_ops;
	return add_inode(dentry, inode);
}

static int virtual_readdir(struct file *file, struct dir_context *ctx)
{
	const struct vs_proc_tree *tree = top_tree(file_inode(file));
	u32 id;

	if (!dir_emit_dots(file, ctx) || !emit_files(ctx, tree, 0))
		return 0;

	id = ctx->pos > FIRST_CONTEXT ? ctx->pos - FIRST_CONTEXT : 0;
	for (; tree->next(&id); id++) {
		char name[10 + 1];
		int len = snprintf(name, sizeof(name), "%u", id);

		ctx->pos = FIRST_CONTEXT + id;
		if (!dir_emit(ctx, name, len, make_ino(tree, id, 0), DT_DIR))
			return 0;
		ctx->pos++;
	}
	return 0;
}

static int virtual_getattr(struct mnt_idmap *idmap, const struct path *path,
			   struct kstat *stat, u32 request_mask,
			   unsigned int query_flags)
{
	generic_fillattr(&nop_mnt_idmap, request_mask, d_inode(path->dentry),
			 stat);
	stat->nlink = 2 + top_tree(d_inode(path->dentry))->count();
	return 0;
}

static const struct inode_operations virtual_dir_iops = {
	.lookup		= virtual_lookup,
	.getattr	= virtual_getattr,
};

static const struct file_operations virtual_dir_ops = {
	.read		= generic_read_dir,
	.iterate_shared	= virtual_readdir,
	.llseek		= generic_file_llseek,
};

/*
 * Number 1 is another process for each context that has an init of its own,
 * and all may look at one instance of procfs.  As for the files in /proc/sys,
 * each finds its own entry; to call the others' invalid would unmount what
 * is mounted on them.
 */
static int root_compare(const struct dentry *dentry, unsigned int len,
			const char *str, const struct qstr *name)
{
	const struct inode *inode;

	if (name->len != len || memcmp(name->name, str, len))
		return 1;
	if (!vs_active() || len != 1 || str[0] != '1')
		return 0;
	inode = d_inode_rcu(dentry);
	/* It may be in the middle of somebody else's lookup. */
	return !inode || !__vs_proc_is_pid1(proc_pid(inode),
					     proc_pid_ns(inode->i_sb));
}

static const struct dentry_operations root_dentry_ops = {
	.d_compare	= root_compare,
};

/**
 * vs_proc_root_init - An instance of procfs comes into being
 * @root: Its root directory.
 */
void vs_proc_root_init(struct dentry *root)
{
	if (vs_active())
		d_set_d_op(root, &root_dentry_ops);
}

/* For an instance that is in use; lookups look at the flag first. */
static void activate_root(struct super_block *sb, void *unused)
{
	struct dentry *root = sb->s_root;

	spin_lock(&root->d_lock);
	if (!root->d_op) {
		root->d_op = &root_dentry_ops;
		smp_wmb(); /* who sees the flag sees the operations */
		root->d_flags |= DCACHE_OP_COMPARE;
	}
	spin_unlock(&root->d_lock);
}

/**
 * vs_proc_activate - There are contexts from now on
 *
 * Instances of procfs that come into being now see the static key, the others
 * are found here.  May sleep.
 */
void vs_proc_activate(void)
{
	struct file_system_type *type = get_fs_type("proc");

	if (!type)
		return;
	iterate_supers_type(type, activate_root, NULL);
	put_filesystem(type);
}

static int __init make_tree(const struct vs_proc_tree *tree)
{
	struct proc_dir_entry *dir = proc_mkdir_data(tree->name, 0, NULL,
						     (void *)tree);

	if (!dir)
		return -ENOMEM;
	dir->proc_iops = &virtual_dir_iops;
	dir->proc_dir_ops = &virtual_dir_ops;
	return 0;
}

static int __init proc_vserver_init(void)
{
	return make_tree(&vs_proc_virtual) ?: make_tree(&vs_proc_virtnet);
}
fs_initcall(proc_vserver_init);
