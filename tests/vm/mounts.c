// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the mounts of guests: what it takes to mount, which types, flags that
 * cannot be taken off, remounts, what arrives from the host, file systems on
 * devices, and what the lists tell.
 */
#include "mounts.h"
#include "image.h"

#define PAGE	65536

static struct puppet a;
static char *page;	/* the guest has it, too */

static const struct mount_guest plain = { XID_A, 0, GUEST_CAPS, 0, NULL, false };
static const struct mount_guest mounter = {
	XID_A, 0, GUEST_CAPS | CAP(SYS_ADMIN), VXC_SECURE_MOUNT, NULL, false
};
static const struct mount_guest ccap = {
	XID_A, 0, GUEST_CAPS, VXC_SECURE_MOUNT, NULL, false
};

/* What every guest may mount that may mount. */
static const char *const usual[] = {
	"devpts", "mqueue", "proc", "ramfs", "sysfs", "tmpfs",
};

static bool is_usual(const char *type)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(usual); i++)
		if (!strcmp(usual[i], type))
			return true;
	return false;
}

static void usual_mounts(const char *who)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(usual); i++) {
		is(ask(&a, do_mount, usual[i], "m"), 0, "%s: %s", who,
		   usual[i]);
		is(ask(&a, do_umount, "m", 0), 0, "%s: umount %s", who,
		   usual[i]);
	}
}

static void test_rights(void)
{
	struct mount_guest g = ccap;

	a = mount_guest(&plain);
	ok_errno(ask(&a, do_mount, "tmpfs", "m"), EPERM, "plain guest");
	ok_errno(ask(&a, do_umount, "/proc", MNT_DETACH), EPERM, "umount");
	ok_errno(ask(&a, do_fsmount, "tmpfs", 0), EPERM, "fsopen");
	ok_errno(ask(&a, do_mount_flags, "/", "m", MS_BIND), EPERM, "bind");
	ok_errno(ask(&a, do_mount_flags, NULL, "/", MS_REMOUNT | MS_BIND),
		 EPERM, "remount");
	puppet_end(&a);
	must(eventually(!vs_exists(XID_A)) ? 0 : -1);

	g.shared = true;
	a = mount_guest(&g);
	ok_errno(ask(&a, do_mount, "tmpfs", "m"), EPERM,
		 "in the mount namespace of the host");
	puppet_end(&a);
	must(eventually(!vs_exists(XID_A)) ? 0 : -1);

	g = mounter;
	g.shared = true;
	a = mount_guest(&g);
	ok_errno(ask(&a, do_mount, "tmpfs", "m"), EPERM,
		 "the same with the capability");
	puppet_end(&a);
	must(eventually(!vs_exists(XID_A)) ? 0 : -1);

	a = mount_guest(&ccap);
	usual_mounts("context capability");
	puppet_end(&a);
	must(eventually(!vs_exists(XID_A)) ? 0 : -1);

	a = mount_guest(&mounter);
	usual_mounts("capability");
}

/* All types there are; the kernel of the test has many. */
static void every_type(const char *who)
{
	char *line, *rest;
	int allowed = 0;

	snprintf(page, PAGE, "%s", slurp("/proc/filesystems"));

	for (rest = page; (line = strsep(&rest, "\n")) && *line;) {
		const char *type = strchr(line, '\t') + 1;

		if (is_usual(type)) {
			allowed++;
			continue;
		}
		if (!strcmp(type, "overlay")) {
			ok(ask(&a, do_mount, type, "m") == -1 &&
			   errno == EINVAL, "%s: overlay, no directories", who);
			continue;
		}
		ok_errno(ask(&a, do_mount, type, "m"), EPERM, "%s: %s", who,
			 type);
		ok_errno(ask(&a, do_fsmount, type, 0), EPERM,
			 "%s: fsopen %s", who, type);
	}
	is(allowed, ARRAY_SIZE(usual), "%s: the kernel has the usual ones", who);
}

static void test_types(void)
{
	page = puppet_shared(PAGE);
	a = mount_guest(&ccap);
	every_type("context capability");
	puppet_end(&a);
	must(eventually(!vs_exists(XID_A)) ? 0 : -1);
	a = mount_guest(&mounter);
	every_type("capability");
}

static long do_overlay(long b, long c, long d)
{
	(void)b, (void)c, (void)d;
	mkdir("o", 0755);
	if (mount("none", "o", "tmpfs", 0, NULL) || mkdir("o/l", 0755) ||
	    mkdir("o/u", 0755) || mkdir("o/w", 0755) || mkdir("o/m", 0755) ||
	    spit("o/l/f", "lower"))
		return -1;
	if (mount("none", "o/m", "overlay", 0,
		  "lowerdir=o/l,upperdir=o/u,workdir=o/w"))
		return -2;
	if (spit("o/m/f", "upper"))
		return -3;
	if (unlink("o/m/f"))
		return -4;
	return strcmp(slurp("o/l/f"), "lower");
}

static long do_remount(long dir, long flags, long options)
{
	return mount(NULL, (char *)dir, NULL, MS_REMOUNT | flags,
		     (char *)options);
}

static void test_flags(void)
{
	struct mount_guest g = ccap;
	int fd;

	a = mount_guest(&ccap);
	must(ask(&a, do_mount, "tmpfs", "t"));
	ok(ask(&a, do_flags, "t") & ST_NODEV, "no devices");
	ok_errno(ask(&a, do_remount, "t", MS_BIND), EPERM, "nor by a remount");
	is(ask(&a, do_remount, "t", MS_BIND | MS_NODEV | MS_NOEXEC), 0,
	   "other flags change");
	must(ask(&a, do_mount, "devpts", "p"));
	ok(!(ask(&a, do_flags, "p") & ST_NODEV), "terminals are devices");
	must(ask(&a, do_mount, "sysfs", "s"));
	ok(ask(&a, do_flags, "s") & ST_RDONLY, "sysfs is read-only");
	ok_errno(ask(&a, do_remount, "s", MS_BIND | MS_NODEV), EPERM,
		 "and stays so");
	fd = must(ask(&a, do_fsmount, "tmpfs", 0));
	ok(fd > 2, "a mount without a place");
	is(ask(&a, do_overlay), 0, "an overlay: %s", errname(errno));
	puppet_end(&a);
	must(eventually(!vs_exists(XID_A)) ? 0 : -1);

	g.ccaps |= VXC_DEV_MOUNT;
	a = mount_guest(&g);
	must(ask(&a, do_mount, "tmpfs", "t"));
	ok(!(ask(&a, do_flags, "t") & ST_NODEV), "devices if the host says so");
}

static long do_blocks(long dir, long b, long c)
{
	struct statfs st;

	(void)b, (void)c;
	return statfs((char *)dir, &st) ? -1 : (long)st.f_blocks;
}

static long do_spit(long path, long b, long c)
{
	(void)b, (void)c;
	return spit((char *)path, "x");
}

static void test_remount(void)
{
	struct mount_guest g = ccap;
	long blocks;

	mkdir("h", 0755);
	must(mount("none", "h", "tmpfs", 0, "size=1m"));
	blocks = do_blocks((long)"h", 0, 0);
	a = mount_guest(&ccap);
	is(ask(&a, do_remount, "h", MS_RDONLY, "size=2m"), 0,
	   "remount what is the host's");
	ok_errno(ask(&a, do_spit, "h/x"), EROFS, "this mount is read-only");
	is(do_spit((long)"h/y", 0, 0), 0, "not the file system");
	is(do_blocks((long)"h", 0, 0), blocks, "which keeps its options");
	ok_errno(ask(&a, do_umount, "h", MNT_FORCE), EINVAL, "not by force");
	ok_errno(ask(&a, do_umount, "/", 0), EINVAL, "nor the root directory");
	must(ask(&a, do_mount, "tmpfs", "t", "size=1m"));
	is(ask(&a, do_remount, "t", MS_NODEV, "size=2m"), 0,
	   "remount what is its own");
	is(ask(&a, do_blocks, "t"), 2 * blocks, "changes it");
	puppet_end(&a);
	must(eventually(!vs_exists(XID_A)) ? 0 : -1);

	g.ccaps = VXC_SECURE_REMOUNT;
	a = mount_guest(&g);
	is(ask(&a, do_remount, "h", MS_RDONLY), 0, "only remounts: remount");
	ok_errno(ask(&a, do_mount, "tmpfs", "t"), EPERM, "no mount");
	ok_errno(ask(&a, do_umount, "h", 0), EPERM, "no umount");
	puppet_end(&a);
	must(eventually(!vs_exists(XID_A)) ? 0 : -1);

	a = mount_guest(&mounter);
	is(ask(&a, do_remount, "h", MS_RDONLY), 0, "the same with all rights");
	is(do_spit((long)"h/y", 0, 0), 0, "does the same");
	ok_errno(ask(&a, do_umount, "/", 0), EINVAL, "nor its root directory");
	puppet_end(&a);
	must(umount("h"));
}

static void test_arrival(void)
{
	mkdir("h", 0755);
	must(mount("none", "h", "tmpfs", 0, NULL));
	must(mount(NULL, "h", NULL, MS_SHARED, NULL));
	mkdir("h/d", 0755);
	mkdir("h/e", 0755);
	a = mount_guest(&ccap);
	must(mount("none", "h/d", "tmpfs", MS_RDONLY | MS_NOSUID, NULL));
	ok(ask(&a, do_flags, "h/d") & ST_RDONLY, "a mount of the host arrives");
	ok_errno(ask(&a, do_remount, "h/d", MS_BIND | MS_NOSUID), EPERM,
		 "it stays read-only");
	ok_errno(ask(&a, do_remount, "h/d", MS_BIND | MS_RDONLY), EPERM,
		 "and without set-user-id");
	must(umount("h/d"));
	ok(!(ask(&a, do_flags, "h/d") & ST_RDONLY), "it goes");
	must(ask(&a, do_mount, "tmpfs", "h/e"));
	is(do_flags((long)"h/e", 0, 0), do_flags((long)"h", 0, 0),
	   "what the guest mounts does not arrive here");
	ok_errno(ask(&a, do_umount, "h", 0), EINVAL, "the first one is locked");
	is(ask(&a, do_umount, "h/e", 0), 0, "its own is not");
	puppet_end(&a);
	must(umount("h"));
}

static long do_mount_device(long dev, long dir, long c)
{
	(void)c;
	mkdir((char *)dir, 0755);
	return mount((char *)dev, (char *)dir, "ext4", 0, NULL);
}

static void set(const char *device, const char *target, uint32_t flags)
{
	struct vcmd_device_map map = { device, target, flags };

	must(vs_native(VCMD_set_mapping, XID_A, &map));
}

static void test_device(void)
{
	struct mount_guest g = ccap;
	char device[32] = "", line[512], *at;

	if (!fs_usable(1))
		return;
	fs_begin();
	fs_make(1);
	must(line_of(slurp("/proc/mounts"), FS_DIR, 1, line, sizeof(line)) ?
	     0 : -1);
	at = strchr(line, ' ');
	snprintf(device, sizeof(device), "%.*s", (int)(at - line), line);

	a = mount_guest(&g);
	set(device, NULL, VDEV_OPEN);
	ok_errno(ask(&a, do_mount_device, device, "m"), EPERM,
		 "a device, without the right");
	puppet_end(&a);
	must(eventually(!vs_exists(XID_A)) ? 0 : -1);
	g.ccaps |= VXC_DEV_MOUNT;
	a = mount_guest(&g);
	ok_errno(ask(&a, do_mount_device, device, "m"), EPERM,
		 "a device that it may not open");
	set(device, NULL, VDEV_OPEN);
	is(ask(&a, do_mount_device, device, "m"), 0, "a device that it may");
	is(ask(&a, do_umount, "m", 0), 0, "umount");
	puppet_end(&a);
	fs_end(1);
}

static const char *read_in(const char *file)
{
	*page = '\0';
	must(ask(&a, do_slurp, file, page, PAGE));
	return page;
}

/* Host and guest, from the root directory of each. */
static void lists(const char *who, const char *dir, const char *above)
{
	char place[64], line[512];

	snprintf(place, sizeof(place), "%s/d", dir);
	ok(line_of(read_in("/proc/self/mounts"), place, 1, line, sizeof(line)),
	   "%s: the mount is listed", who);
	ok(!strncmp(line, "tmpfs ", 6), "%s: by its type: %s", who, line);
	ok(strstr(line, "size=1024k"), "%s: with harmless options", who);
	snprintf(place, sizeof(place), "%s/b", dir);
	ok(line_of(read_in("/proc/self/mountinfo"), place, 4, line,
		   sizeof(line)), "%s: a bind mount is listed", who);
	ok(strstr(line, " / /") || strstr(line, above), "%s: its origin: %s",
	   who, line);
	ok(!strstr(page, "hostsource") && !strstr(page, "lowerdir"),
	   "%s: nothing of the host in mountinfo", who);
	ok(!strstr(read_in("/proc/self/mounts"), "hostsource") &&
	   !strstr(page, "lowerdir"), "%s: nor in mounts", who);
	ok(!strstr(read_in("/proc/self/mountstats"), "hostsource"),
	   "%s: nor in mountstats", who);
}

static void prepare(void)
{
	page = puppet_shared(PAGE);
	mkdir("/mnt/g", 0755);
	must(mount("hostsource", "/mnt/g", "tmpfs", 0, NULL));
	must(mkdir("/mnt/g/r", 0755));
	must(mkdir("/mnt/g/r/d", 0755));
	must(mkdir("/mnt/g/r/b", 0755));
	must(mkdir("/mnt/g/r/c", 0755));
	must(mkdir("/mnt/g/r/proc", 0755));
	must(mkdir("/mnt/g/secret", 0755));
	must(mount("proc", "/mnt/g/r/proc", "proc", 0, NULL));
	must(mount("hostsource", "/mnt/g/r/d", "tmpfs", 0, "size=1m"));
	must(mount("/mnt/g/secret", "/mnt/g/r/b", NULL, MS_BIND, NULL));
	must(mount("/mnt/g/r/d", "/mnt/g/r/c", NULL, MS_BIND, NULL));
}

static void test_lists(void)
{
	struct mount_guest g = plain;
	char line[512];

	prepare();
	a = mount_guest(&g);
	lists("own namespace", "/mnt/g/r", " /secret ");
	puppet_end(&a);
	must(eventually(!vs_exists(XID_A)) ? 0 : -1);
	g.root = "/mnt/g/r";
	a = mount_guest(&g);
	lists("chroot", "", " / ");
	ok(line_of(read_in("/proc/self/mounts"), "/", 1, line, sizeof(line)),
	   "chroot: it has a root directory");
	ok(line_of(read_in("/proc/self/mountinfo"), "/", 4, line,
		   sizeof(line)), "chroot: in mountinfo");
	ok(strstr(line, " / / "), "chroot: which begins there: %s", line);
	ok(!strstr(page, "secret") && !strstr(page, "/mnt"),
	   "chroot: no directory of the host");
	puppet_end(&a);
	must(eventually(!vs_exists(XID_A)) ? 0 : -1);

	g.flags = VXF_HIDE_MOUNT;
	a = mount_guest(&g);
	ok(line_of(read_in("/proc/self/mounts"), "/", 1, line, sizeof(line)),
	   "hidden: the root directory");
	ok(!strchr(page, '\n')[1], "hidden: and nothing else");
	puppet_end(&a);
	ok(strstr(slurp("/proc/self/mounts"), "hostsource /mnt/g/r/d tmpfs"),
	   "the host sees all");
	must(umount2("/mnt/g", MNT_DETACH));
}

static void test_own(void)
{
	struct mount_guest g = ccap;
	char line[512];

	prepare();
	g.root = "/mnt/g/r";
	a = mount_guest(&g);
	is(ask(&a, do_overlay), 0, "an overlay");
	ok(line_of(read_in("/proc/self/mounts"), "/o/m", 1, line, sizeof(line)),
	   "is listed");
	ok(strstr(line, "lowerdir=o/l"), "with its options: %s", line);
	puppet_end(&a);
	must(umount2("/mnt/g", MNT_DETACH));
}

int main(void)
{
	/* what a guest may not see belongs to the host alone */
	must(unshare(CLONE_NEWNS));
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	run("rights", test_rights);
	run("types", test_types);
	run("flags", test_flags);
	run("remount", test_remount);
	run("arrival", test_arrival);
	run("device", test_device);
	run("lists", test_lists);
	run("own", test_own);
	return ktap_exit();
}
