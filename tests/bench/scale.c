// SPDX-License-Identifier: GPL-2.0
/*
 * Owns what contexts cost by being there: memory, and the time of others when
 * there are ten, a thousand, ten thousand of them.
 */
#include "context.h"

#define FIRST	1000		/* the ids of those that only exist */
#define SAMPLE	1000		/* so many to find out their size */

static unsigned int count;	/* of them */

static long meminfo(const char *field)
{
	FILE *f = fopen("/proc/meminfo", "r");
	size_t len = strlen(field);
	char line[128];
	long kib = -1;

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, field, len) && line[len] == ':')
			kib = atol(line + len + 1);
	if (f)
		fclose(f);
	if (kib < 0)
		fatal("/proc/meminfo has no %s", field);
	return kib;
}

static void keep_up_to(unsigned int n, uint64_t flags)
{
	for (; count < n; count++)
		context_keep(FIRST + count, flags);
	settle(20);
}

static void drop_all(void)
{
	while (count)
		context_drop(FIRST + --count);
	settle(20);
}

/* KiB of free memory, with what waits on the lists of the CPUs. */
static long memory_free(void)
{
	FILE *f = fopen("/proc/zoneinfo", "r");
	long kib = meminfo("MemFree"), pages;
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, " count: %ld", &pages) == 1)
			kib += pages * 4;
	if (f)
		fclose(f);
	return kib;
}

/* Bytes that disappear: pages of all kinds, and which of them are slab. */
static void measure_memory(const char *kind, uint64_t flags)
{
	long free, slab, percpu;

	/* The first ones pay for what all share. */
	keep_up_to(10, flags);
	free = memory_free();
	slab = meminfo("Slab");
	percpu = meminfo("Percpu");
	keep_up_to(10 + SAMPLE, flags);
	result("memory", kind, (free - memory_free()) * 1024, SAMPLE);
	result("memory-slab", kind, (meminfo("Slab") - slab) * 1024, SAMPLE);
	result("memory-percpu", kind, (meminfo("Percpu") - percpu) * 1024,
	       SAMPLE);
	drop_all();
}

/* May take longer the more there are. */
static unsigned int run_virtual(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		list_directory("/proc/virtual");
	return n;
}

static const struct op list_virtual = {
	.name = "list-virtual", .run = run_virtual, .rounds = 1,
};

static const struct op *find(const char *name)
{
	static const struct op *const lists[] = {
		ops_calls, ops_process, ops_costs,
	};
	const struct op *op;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lists); i++)
		for (op = lists[i]; op->name; op++)
			if (!strcmp(op->name, name))
				return op;
	fatal("there is no operation %s", name);
}

/* The price of a fork depends on the number of the new process, too. */
static void same_pids(void)
{
	write_file("/proc/sys/kernel/ns_last_pid", "20000");
}

static void measure_some(const char *suffix)
{
	static const char *const names[] = {
		"getppid", "open+close", "chroot", "kill-child",
		"getpgid-child", "fork+exit+wait", "create-shared+exit",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		same_pids();
		measure_as(find(names[i]), suffix);
	}
	measure_as(&list_virtual, suffix);
}

/*
 * Many of the bare contexts, then some with namespaces: those have a mount
 * each, and the kernel's allocator of per-CPU memory searches longer.
 */
void measure_scale(void)
{
	static const unsigned int counts[] = { 10, 1000, 10000 };
	char suffix[16];
	size_t i;

	/* The default depends on the memory, some hundred. */
	write_file("/proc/sys/user/max_ipc_namespaces", "100000");
	write_file("/proc/sys/user/max_uts_namespaces", "100000");
	/* First: later there is free memory in the caches. */
	measure_memory("-shared", SHARED);
	measure_memory("", 0);
	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		keep_up_to(counts[i], SHARED);
		snprintf(suffix, sizeof(suffix), "@%u", counts[i]);
		measure_some(suffix);
	}
	drop_all();
	keep_up_to(SAMPLE, 0);
	measure_some("@namespaces");
}
