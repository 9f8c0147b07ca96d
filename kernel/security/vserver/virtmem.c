// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - sizes of memory of a context
 *
 * They are those of its memory cgroup: that of the root of the reader's cgroup
 * namespace, or else of the reader.  Nothing is larger than on the machine,
 * and what a memory cgroup does not count is shown as 0.
 */

#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/nsproxy.h>
#include <linux/page_counter.h>
#include <linux/seq_file.h>
#include <linux/swap.h>
#include <linux/sysinfo.h>
#include <linux/vserver.h>

#include "context.h"
#include "cred.h"
#include "virt.h"

/* The memory cgroup of the reader's guest, with a reference, or NULL. */
static struct mem_cgroup *get_guest_memcg(void)
{
	struct cgroup_namespace *ns = current->nsproxy->cgroup_ns;
	struct cgroup *top = ns->root_cset->dfl_cgrp;
	struct cgroup_subsys_state *css;
	struct mem_cgroup *memcg;

	if (mem_cgroup_disabled() || !current->mm)
		return NULL;
	if (ns != &init_cgroup_ns && cgroup_subsys_on_dfl(memory_cgrp_subsys)) {
		css = cgroup_get_e_css(top, &memory_cgrp_subsys);
		memcg = mem_cgroup_from_css(css);
	} else {
		memcg = get_mem_cgroup_from_mm(current->mm);
	}
	if (memcg && mem_cgroup_is_root(memcg)) {
		mem_cgroup_put(memcg);
		return NULL;
	}
	return memcg;
}

/* How much a counter, or one above it, leaves. */
static unsigned long left(const struct page_counter *counter)
{
	unsigned long max = READ_ONCE(counter->max);
	unsigned long used = page_counter_read((struct page_counter *)counter);

	return max > used ? max - used : 0;
}

static void limit_memory(struct sysinfo *info, struct mem_cgroup *memcg)
{
	unsigned long used = page_counter_read(&memcg->memory);

	for (; memcg && !mem_cgroup_is_root(memcg);
	     memcg = parent_mem_cgroup(memcg)) {
		info->totalram = min(info->totalram,
				     READ_ONCE(memcg->memory.max));
		info->freeram = min(info->freeram, left(&memcg->memory));
	}
	used = min(used, info->totalram);
	info->freeram = min(info->freeram, info->totalram - used);
}

/* The first hierarchy has no limit of swap alone: the guest has none. */
static void limit_swap(struct sysinfo *info, struct mem_cgroup *memcg)
{
	unsigned long used = page_counter_read(&memcg->swap);

	if (!cgroup_subsys_on_dfl(memory_cgrp_subsys)) {
		info->totalswap = 0;
		info->freeswap = 0;
		return;
	}
	for (; memcg && !mem_cgroup_is_root(memcg);
	     memcg = parent_mem_cgroup(memcg)) {
		info->totalswap = min(info->totalswap,
				      READ_ONCE(memcg->swap.max));
		info->freeswap = min(info->freeswap, left(&memcg->swap));
	}
	used = min(used, info->totalswap);
	info->freeswap = min(info->freeswap, info->totalswap - used);
}

static void limit(struct sysinfo *info, struct mem_cgroup *memcg)
{
	mem_cgroup_flush_stats(memcg);
	limit_memory(info, memcg);
	limit_swap(info, memcg);
	info->sharedram = memcg_page_state(memcg, NR_SHMEM);
	info->bufferram = 0;
}

/**
 * vs_sysinfo_memory - Replace the sizes in the answer of sysinfo(2)
 * @info: Sizes of the machine, in pages.
 */
void vs_sysinfo_memory(struct sysinfo *info)
{
	struct mem_cgroup *memcg = get_guest_memcg();

	if (!memcg)
		return;
	limit(info, memcg);
	mem_cgroup_put(memcg);
}

static void print_kb(struct seq_file *m, const char *name, unsigned long kb)
{
	seq_printf(m, "%-16s%8lu kB\n", name, kb);
}

static void print_pages(struct seq_file *m, const char *name,
			unsigned long pages)
{
	print_kb(m, name, pages << (PAGE_SHIFT - 10));
}

static void print_lru(struct seq_file *m, struct mem_cgroup *memcg)
{
	unsigned long active_anon = memcg_page_state(memcg, NR_ACTIVE_ANON);
	unsigned long inactive_anon = memcg_page_state(memcg, NR_INACTIVE_ANON);
	unsigned long active_file = memcg_page_state(memcg, NR_ACTIVE_FILE);
	unsigned long inactive_file = memcg_page_state(memcg, NR_INACTIVE_FILE);

	print_pages(m, "Active:", active_anon + active_file);
	print_pages(m, "Inactive:", inactive_anon + inactive_file);
	print_pages(m, "Active(anon):", active_anon);
	print_pages(m, "Inactive(anon):", inactive_anon);
	print_pages(m, "Active(file):", active_file);
	print_pages(m, "Inactive(file):", inactive_file);
	print_pages(m, "Unevictable:", memcg_page_state(memcg, NR_UNEVICTABLE));
	print_kb(m, "Mlocked:", 0);
}

static void print_slab(struct seq_file *m, struct mem_cgroup *memcg)
{
	unsigned long reclaimable, unreclaimable;

	reclaimable = memcg_page_state(memcg, NR_SLAB_RECLAIMABLE_B) >> 10;
	unreclaimable = memcg_page_state(memcg, NR_SLAB_UNRECLAIMABLE_B) >> 10;
	print_kb(m, "KReclaimable:", reclaimable);
	print_kb(m, "Slab:", reclaimable + unreclaimable);
	print_kb(m, "SReclaimable:", reclaimable);
	print_kb(m, "SUnreclaim:", unreclaimable);
}

/* What programs look for and a memory cgroup has no value of. */
static void print_zeros(struct seq_file *m, const char *const *names)
{
	for (; *names; names++)
		print_kb(m, *names, 0);
}

static const char *const zeros[] = {
	"NFS_Unstable:", "Bounce:", "WritebackTmp:", "CommitLimit:",
	"Committed_AS:", "VmallocTotal:", "VmallocUsed:", "VmallocChunk:", NULL,
};

/* Page cache and slab that can be had back. */
static unsigned long available(const struct sysinfo *info,
			       struct mem_cgroup *memcg)
{
	unsigned long pages = info->freeram;

	pages += memcg_page_state(memcg, NR_ACTIVE_FILE);
	pages += memcg_page_state(memcg, NR_INACTIVE_FILE);
	pages += memcg_page_state(memcg, NR_SLAB_RECLAIMABLE_B) >> PAGE_SHIFT;
	pages = min(pages, info->totalram);
	return min_t(unsigned long, pages, max(si_mem_available(), 0L));
}

static unsigned long swapcache_pages(struct mem_cgroup *memcg)
{
#ifdef CONFIG_SWAP
	return memcg_page_state(memcg, NR_SWAPCACHE);
#else
	return 0;
#endif
}

static void print(struct seq_file *m, const struct sysinfo *info,
		  struct mem_cgroup *memcg)
{
	unsigned long files = memcg_page_state(memcg, NR_FILE_PAGES);
	unsigned long swapcache = swapcache_pages(memcg);

	print_pages(m, "MemTotal:", info->totalram);
	print_pages(m, "MemFree:", info->freeram);
	print_pages(m, "MemAvailable:", available(info, memcg));
	print_kb(m, "Buffers:", 0);
	print_pages(m, "Cached:", files > swapcache ? files - swapcache : 0);
	print_pages(m, "SwapCached:", swapcache);
	print_lru(m, memcg);
	print_pages(m, "SwapTotal:", info->totalswap);
	print_pages(m, "SwapFree:", info->freeswap);
	print_pages(m, "Dirty:", memcg_page_state(memcg, NR_FILE_DIRTY));
	print_pages(m, "Writeback:", memcg_page_state(memcg, NR_WRITEBACK));
	print_pages(m, "AnonPages:", memcg_page_state(memcg, NR_ANON_MAPPED));
	print_pages(m, "Mapped:", memcg_page_state(memcg, NR_FILE_MAPPED));
	print_pages(m, "Shmem:", info->sharedram);
	print_slab(m, memcg);
	print_kb(m, "KernelStack:",
		 memcg_page_state(memcg, NR_KERNEL_STACK_KB));
	print_pages(m, "PageTables:", memcg_page_state(memcg, NR_PAGETABLE));
	print_pages(m, "SecPageTables:",
		    memcg_page_state(memcg, NR_SECONDARY_PAGETABLE));
	print_zeros(m, zeros);
	print_kb(m, "Percpu:",
		 memcg_page_state(memcg, MEMCG_PERCPU_B) >> 10);
	print_pages(m, "AnonHugePages:",
		    memcg_page_state(memcg, NR_ANON_THPS));
	print_pages(m, "ShmemHugePages:",
		    memcg_page_state(memcg, NR_SHMEM_THPS));
	print_pages(m, "FileHugePages:",
		    memcg_page_state(memcg, NR_FILE_THPS));
}

/* The pool of huge pages is the machine's; programs want to know the size. */
static void print_huge(struct seq_file *m)
{
	seq_puts(m, "HugePages_Total:       0\nHugePages_Free:        0\n");
	seq_puts(m, "HugePages_Rsvd:        0\nHugePages_Surp:        0\n");
	print_kb(m, "Hugepagesize:", HPAGE_SIZE >> 10);
}

bool __vs_meminfo(struct seq_file *m)
{
	struct mem_cgroup *memcg;
	struct sysinfo info;

	if (!(vs_flags(vs_current()) & VXF_VIRT_MEM))
		return false;
	memcg = get_guest_memcg();
	if (!memcg)
		return false;

	si_meminfo(&info);
	si_swapinfo(&info);
	limit(&info, memcg);
	print(m, &info, memcg);
	if (IS_ENABLED(CONFIG_HUGETLB_PAGE))
		print_huge(m);
	mem_cgroup_put(memcg);
	return true;
}
