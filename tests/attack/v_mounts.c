// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows V8, V17, V30, V31 and V69 to V72 of the attack tables: mounts
 * in the hands of a guest that may mount. On the vanilla kernel it is root in a
 * chroot of a mount namespace.
 */
#include "attack.h"
#include "../vm/mounts.h"

static struct puppet a;
static char *page;

/* What the host mounts before the guest begins. */
static void prepare(void)
{
	page = puppet_shared(65536);
	mkdir("/mnt/h", 0755);
	must(mount("hostsource", "/mnt/h", "tmpfs", 0, NULL));
	must(mount(NULL, "/mnt/h", NULL, MS_SHARED, NULL));
	must(mkdir("/mnt/h/secret", 0755));
	must(mkdir("/mnt/h/r", 0755));
	must(mkdir("/mnt/h/r/ro", 0755));
	must(mkdir("/mnt/h/r/ro/below", 0755));
	must(mkdir("/mnt/h/r/m", 0755));
	must(mkdir("/mnt/h/r/proc", 0755));
	must(mkdir("/mnt/h/r/x", 0755));
	must(mount("hostsource", "/mnt/h/r/ro", "tmpfs", MS_RDONLY, NULL));
	must(mount("proc", "/mnt/h/r/proc", "proc", 0, NULL));
}

static long do_chrooted(long root, long b, long c)
{
	(void)b, (void)c;
	return unshare(CLONE_NEWNS) ||
		mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) ||
		chroot((char *)root) ? -1 : chdir("/");
}

static void guest(const char *root)
{
	const struct mount_guest g = {
		XID_A, 0, attack_caps, VXC_SECURE_MOUNT, root, false
	};

	prepare();
	a = vanilla() ? puppet_start(do_chrooted, (long)root, 0, 0) :
		mount_guest(&g);
}

static void end(void)
{
	puppet_end(&a);
	must(umount2("/mnt/h", MNT_DETACH));
}

static long do_pivot(long new, long old, long c)
{
	(void)c;
	return syscall(SYS_pivot_root, (char *)new, (char *)old);
}

/* Only what is a mount point is a new root, and above it is nothing then. */
static void v8(void)
{
	/* the root of a chroot is none to pivot from, for another reason */
	int err = vanilla() ? EBUSY : EINVAL;

	guest("/mnt/h/r");
	ok_errno(ask(&a, do_pivot, "..", "../x"), err, "V8 above");
	ok_errno(ask(&a, do_pivot, "/", "/x"), err, "V8 its root");
	ok_errno(ask(&a, do_pivot, "m", "m"), err, "V8 no mount");
	end();
}

static long do_open_tree(long path, long b, long c)
{
	(void)b, (void)c;
	return syscall(SYS_open_tree, AT_FDCWD, (char *)path,
		       OPEN_TREE_CLONE | AT_RECURSIVE);
}

static long do_keep(long path, long flags, long c)
{
	(void)c;
	return open((char *)path, flags);
}

static void handed(struct puppet *b, long fd, const char *what)
{
	must(fd);
	must(ask(&a, do_send_fd, fd));
	if (vanilla())
		ok(ask(b, do_receive_fd) > 2, "V17 %s", what);
	else
		ok_errno(ask(b, do_receive_fd), EACCES, "V17 %s", what);
}

static void v17(void)
{
	struct puppet b;

	puppet_channel();
	guest("/mnt/h/r");
	b = attack_guest(XID_B);
	handed(&b, ask(&a, do_keep, "/", O_PATH), "a path");
	handed(&b, ask(&a, do_open_tree, "/"), "a tree");
	handed(&b, ask(&a, do_fsmount, "tmpfs", 0), "a mount without a place");
	puppet_end(&b);
	end();
}

static long do_setns(long path, long b, long c)
{
	int fd = open((char *)path, O_RDONLY), ret;

	(void)b, (void)c;
	if (fd < 0)
		return -1;
	ret = setns(fd, CLONE_NEWNS);
	close(fd);
	return ret;
}

static long do_unshare(long what, long b, long c)
{
	(void)b, (void)c;
	return unshare(what);
}

static void v30_v31(void)
{
	guest("/mnt/h/r");
	attack(ask(&a, do_setns, "/proc/self/ns/mnt"), EPERM,
	       "V30 its own mount namespace, from the top");
	end();
	guest("/mnt/h/r");
	/* also by the chroot, everywhere */
	ok_errno(ask(&a, do_unshare, CLONE_NEWUSER), EPERM,
		 "V31 a user namespace");
	end();
}

static long do_remount(long dir, long flags, long options)
{
	return mount(NULL, (char *)dir, NULL, MS_REMOUNT | flags,
		     (char *)options);
}

static void v69(void)
{
	guest("/mnt/h/r");
	attack(ask(&a, do_remount, "ro", MS_BIND), EPERM,
	       "V69 make a mount writable");
	attack(ask(&a, do_mount_flags, "/", "x", MS_BIND), EINVAL,
	       "V69 bind what is below a mount");
	attack(ask(&a, do_umount, "ro", 0), EINVAL, "V69 umount");
	attack(ask(&a, do_umount, "proc", MNT_DETACH), EINVAL, "V69 of /proc");
	end();
	guest("/mnt/h/r");
	is(ask(&a, do_remount, "ro", 0), vanilla() ? 0 : -1,
	   "V69 make a file system writable");
	end();
}

static long do_share(long dir, long b, long c)
{
	(void)b, (void)c;
	return mount(NULL, (char *)dir, NULL, MS_SHARED | MS_REC, NULL);
}

static void v70(void)
{
	long flags;

	guest("/mnt/h/r");
	flags = do_flags((long)"/mnt/h/r/m", 0, 0);
	must(ask(&a, do_share, "ro"));
	must(ask(&a, do_mount, "ramfs", "m"));
	is(do_flags((long)"/mnt/h/r/m", 0, 0), flags,
	   "V70 its mounts stay with it");
	end();
}

static void v71(void)
{
	static const char *const types[] = {
		"cgroup2", "debugfs", "tracefs", "securityfs", "binfmt_misc",
		"configfs", "bpf", "devtmpfs", "pstore",
	};
	unsigned int i, mounted = 0;

	guest("/mnt/h/r");
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		/* not every kernel has all of them */
		if (do_mount((long)types[i], (long)"/mnt/h/secret", 0))
			continue;
		must(umount("/mnt/h/secret"));
		mounted++;
		attack(ask(&a, do_mount, types[i], "m"), EPERM, "V71 %s",
		       types[i]);
		if (vanilla())
			must(ask(&a, do_umount, "m", 0));
	}
	ok(mounted >= 4, "V71 there are such types");
	must(ask(&a, do_mount, "sysfs", "m"));
	defends(ask(&a, do_flags, "m") & ST_RDONLY, "V71 sysfs is read-only");
	end();
}

#ifndef SYS_statmount
#define SYS_statmount	457
#define SYS_listmount	458
#endif

struct id_req {
	uint32_t size, spare;
	uint64_t mnt_id, param, ns;
};

static long do_list(long ids, long of, long c)
{
	struct id_req req = { .size = sizeof(req) - 8, .mnt_id = of };

	(void)c;
	return syscall(SYS_listmount, &req, (uint64_t *)ids, 64, 0);
}

static long do_stat(long id, long buf, long c)
{
	/* root, point, type, options */
	struct id_req req = {
		.size = sizeof(req) - 8, .mnt_id = id, .param = 0xb8,
	};

	(void)c;
	return syscall(SYS_statmount, &req, (void *)buf, 4096, 0);
}

/* Does a structure of statmount hold a word somewhere? */
static bool holds(const char *word)
{
	return memmem(page, 4096, word, strlen(word));
}

static void v72(void)
{
	static const char *const files[] = {
		"/proc/self/mounts", "/proc/self/mountinfo",
		"/proc/self/mountstats",
	};
	uint64_t *ids = puppet_shared(64 * sizeof(*ids)), host[64];
	unsigned int i;
	long n, m;

	guest("/mnt/h/r");
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		must(ask(&a, do_slurp, files[i], page, 65536));
		defends(!strstr(page, "hostsource"), "V72 %s", files[i]);
	}
	m = must(do_list((long)host, -1, 0));
	n = ask(&a, do_list, ids, -1);
	ok(n >= 0 && n < m, "V72 listmount: %ld of %ld", n, m);
	for (i = 0; i < n; i++) {
		memset(page, 0, 4096);
		is(ask(&a, do_stat, ids[i], page), 0, "V72 its own mount");
		ok(!holds("/mnt/h"), "V72 no path of the host");
	}
	for (i = 0, n = 0; i < m; i++)
		n += ask(&a, do_stat, host[i], page) == 0;
	is(n, 0, "V72 statmount of the host's");
	end();
}

int main(void)
{
	/* lest a guest's mounts arrive in the next row */
	must(unshare(CLONE_NEWNS));
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	attack_run("V8", v8);
	attack_run("V17", v17);
	attack_run("V30, V31", v30_v31);
	attack_run_wide("V69", v69);
	attack_run("V70", v70);
	attack_run_wide("V71", v71);
	attack_run_wide("V72", v72);
	return ktap_exit();
}
