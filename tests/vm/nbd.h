/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns a block device that remembers the order of what is written to it, for
 * tests of power cuts: after one, all is there that a completed flush has
 * covered, or that was written through, and any part of the rest.
 *
 *	nbd_start(MIB);
 *	... nbd_device is a file system ...
 *	at = nbd_now();			the writes until now
 *	nbd_stop();
 *	nbd_cut(FILE, at, seed);	the device after a power cut
 */
#ifndef NBD_H
#define NBD_H

#include "vs.h"

#include <endian.h>
#include <linux/fs.h>
#include <linux/nbd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>

#define NBD_RECORDS	65536
#define NBD_DATA	(192UL << 20)
#define NBD_ENTRY	4096		/* what a disk writes at once, at least */

enum nbd_type { NBD_DATA_WRITE, NBD_ZERO_WRITE, NBD_FLUSHED };

struct nbd_record {
	uint8_t type, through;
	uint32_t len;
	uint64_t offset, data;
};

struct nbd_log {
	unsigned int records;
	uint64_t data;
	struct nbd_record record[NBD_RECORDS];
};

static const char nbd_device[] = "/mnt/nbd";
static struct nbd_log *nbd_log;
static char *nbd_data;
static pid_t nbd_server, nbd_client;
static int nbd_fd, nbd_image;

static inline unsigned int nbd_now(void)
{
	return __atomic_load_n(&nbd_log->records, __ATOMIC_ACQUIRE);
}

static inline void nbd_fail(const char *what)
{
	diag("nbd: %s: %s", what, strerror(errno));
	_exit(1);
}

static inline bool nbd_all(int fd, void *buf, size_t len, bool send)
{
	ssize_t n;

	for (; len; len -= n, buf = (char *)buf + n) {
		n = send ? write(fd, buf, len) : read(fd, buf, len);
		if (n <= 0)
			return false;
	}
	return true;
}

static inline void nbd_add(enum nbd_type type, bool through, uint64_t offset,
			   uint32_t len, const char *data)
{
	struct nbd_record *r = &nbd_log->record[nbd_log->records];

	if (nbd_log->records == NBD_RECORDS ||
	    nbd_log->data + len > NBD_DATA)
		nbd_fail("too much is written");
	*r = (struct nbd_record){ type, through, len, offset, nbd_log->data };
	if (type == NBD_DATA_WRITE) {
		memcpy(nbd_data + nbd_log->data, data, len);
		nbd_log->data += len;
	}
	__atomic_store_n(&nbd_log->records, nbd_log->records + 1,
			 __ATOMIC_RELEASE);
}

static inline bool nbd_zero(const char *buf, size_t len)
{
	return !buf[0] && !memcmp(buf, buf + 1, len - 1);
}

/* Answers requests one after the other, so the order is that of the log. */
static inline void nbd_serve(int fd)
{
	static char buf[32 << 20];
	struct nbd_request r;
	struct nbd_reply reply;

	while (nbd_all(fd, &r, sizeof(r), false)) {
		uint32_t type = be32toh(r.type), len = be32toh(r.len);
		uint64_t from = be64toh(r.from);

		memset(&reply, 0, sizeof(reply));
		reply.magic = htobe32(NBD_REPLY_MAGIC);
		memcpy(reply.handle, r.handle, sizeof(r.handle));
		if (len > sizeof(buf))
			nbd_fail("a large request");
		switch (type & 0xffff) {
		case NBD_CMD_READ:
			if (pread(nbd_image, buf, len, from) != (ssize_t)len ||
			    !nbd_all(fd, &reply, sizeof(reply), true) ||
			    !nbd_all(fd, buf, len, true))
				nbd_fail("read");
			continue;
		case NBD_CMD_WRITE:
			if (!nbd_all(fd, buf, len, false) ||
			    pwrite(nbd_image, buf, len, from) != (ssize_t)len)
				nbd_fail("write");
			nbd_add(nbd_zero(buf, len) ? NBD_ZERO_WRITE :
				NBD_DATA_WRITE, type & (1 << 16), from, len, buf);
			break;
		case NBD_CMD_FLUSH:
			nbd_add(NBD_FLUSHED, false, 0, 0, NULL);
			break;
		case NBD_CMD_DISC:
			_exit(0);
		default:
			reply.error = htobe32(EINVAL);
		}
		if (!nbd_all(fd, &reply, sizeof(reply), true))
			nbd_fail("reply");
	}
	_exit(0);
}

KTAP_UNUSED static void nbd_start(int mib)
{
	uint64_t size = 0;
	int sv[2];

	unlink(nbd_device);
	must(mknod(nbd_device, S_IFBLK | 0600, makedev(43, 0)));
	nbd_log = mmap(NULL, sizeof(*nbd_log), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	nbd_data = mmap(NULL, NBD_DATA, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	must(nbd_log == MAP_FAILED || nbd_data == MAP_FAILED ? -1 : 0);
	nbd_image = must(syscall(SYS_memfd_create, "nbd", 0));
	must(ftruncate(nbd_image, (off_t)mib << 20));
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
	fflush(stdout);
	nbd_server = must(fork());
	if (!nbd_server) {
		close(sv[0]);
		nbd_serve(sv[1]);
	}
	close(sv[1]);
	nbd_fd = must(open(nbd_device, O_RDWR | O_CLOEXEC));
	must(ioctl(nbd_fd, NBD_SET_BLKSIZE, 512UL));
	must(ioctl(nbd_fd, NBD_SET_SIZE_BLOCKS, (unsigned long)mib << 11));
	must(ioctl(nbd_fd, NBD_SET_FLAGS, NBD_FLAG_HAS_FLAGS |
		   NBD_FLAG_SEND_FLUSH | NBD_FLAG_SEND_FUA));
	must(ioctl(nbd_fd, NBD_SET_SOCK, sv[0]));
	nbd_client = must(fork());
	if (!nbd_client)
		_exit(ioctl(nbd_fd, NBD_DO_IT) ? 1 : 0);
	close(sv[0]);
	/* the last thing that it gets */
	must(eventually(!ioctl(nbd_fd, BLKGETSIZE64, &size) &&
			size == (uint64_t)mib << 20) ? 0 : -1);
}

KTAP_UNUSED static void nbd_stop(void)
{
	must(ioctl(nbd_fd, NBD_DISCONNECT));
	reap(nbd_client);
	ioctl(nbd_fd, NBD_CLEAR_SOCK);
	close(nbd_fd);
	is(reap(nbd_server), 0, "all has been written down");
	close(nbd_image);
}

KTAP_UNUSED static void nbd_forget(void)
{
	munmap(nbd_log, sizeof(*nbd_log));
	munmap(nbd_data, NBD_DATA);
}

static inline void nbd_apply(int fd, const struct nbd_record *r, uint32_t at,
			     uint32_t len)
{
	if (r->type == NBD_ZERO_WRITE)
		must(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			       r->offset + at, len));
	else
		must(pwrite(fd, nbd_data + r->data + at, len, r->offset + at) ==
		     (ssize_t)len ? 0 : -1);
}

/* Writes to FILE what is on the device when the power goes after AT records. */
KTAP_UNUSED static void nbd_cut(const char *file, int mib, unsigned int at,
				unsigned int seed)
{
	int fd = must(open(file, O_RDWR | O_CREAT | O_TRUNC, 0600));
	unsigned int flushed = 0, i;
	uint32_t done, len;

	must(ftruncate(fd, (off_t)mib << 20));
	for (i = 0; i < at; i++)
		if (nbd_log->record[i].type == NBD_FLUSHED)
			flushed = i;
	for (i = 0; i < at; i++) {
		const struct nbd_record *r = &nbd_log->record[i];

		if (r->type == NBD_FLUSHED)
			continue;
		if (i < flushed || r->through) {
			nbd_apply(fd, r, 0, r->len);
			continue;
		}
		for (done = 0; done < r->len; done += len) {
			len = r->len - done < NBD_ENTRY ? r->len - done :
				NBD_ENTRY;
			if (rand_r(&seed) & 64)
				nbd_apply(fd, r, done, len);
		}
	}
	close(fd);
}

#endif
