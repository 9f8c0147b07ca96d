// SPDX-License-Identifier: GPL-2.0
/*
 * Limits, capabilities, flags and names, from the configuration to the kernel.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"
#include "secure.h"
#include "space.h"

struct vc_bits guest_bits(const struct guest *g, const char *key,
			  enum vc_list list, uint64_t start)
{
	const struct vc_config_entry *e = vc_config_find(g->config, "%s", key);
	struct vc_bits b = { start, 0 };
	struct vc_error error;

	if (e && vc_config_bits(e, list, &b, &error))
		guest_die(g, "%s", error.text);
	return b;
}

/* A kernel command about our own context; @what is the file behind it. */
static void check(const struct guest *g, const char *what, int ret)
{
	if (ret < 0)
		guest_die(g, "%s: %s", what, vc_strerror(errno));
}

static uint64_t limit(const struct guest *g, const char *key)
{
	const struct vc_config_entry *e = vc_config_find(g->config, "%s", key);
	uint64_t value;

	if (!e)
		return VC_LIMIT_KEEP;
	if (vc_limit_parse(e->value, &value, NULL))
		guest_die(g, "%s: Can not parse limit '%s'", e->file,
			  e->value);
	return value;
}

/* "nproc" stands for both limits, "nproc.soft" for one. */
static bool limit_pair(const struct guest *g, const char *dir,
		       const char *name, uint64_t *soft, uint64_t *hard)
{
	char key[64];
	uint64_t both;

	snprintf(key, sizeof(key), "%s/%s", dir, name);
	both = limit(g, key);
	snprintf(key, sizeof(key), "%s/%s.soft", dir, name);
	*soft = limit(g, key);
	snprintf(key, sizeof(key), "%s/%s.hard", dir, name);
	*hard = limit(g, key);
	if (*soft == VC_LIMIT_KEEP)
		*soft = both;
	if (*hard == VC_LIMIT_KEEP)
		*hard = both;
	return *soft != VC_LIMIT_KEEP || *hard != VC_LIMIT_KEEP;
}

static const struct {
	const char	*name;
	int		id;
} ulimits[] = {
	{ "as", RLIMIT_AS }, { "core", RLIMIT_CORE }, { "cpu", RLIMIT_CPU },
	{ "data", RLIMIT_DATA }, { "fsize", RLIMIT_FSIZE },
	{ "locks", RLIMIT_LOCKS }, { "memlock", RLIMIT_MEMLOCK },
	{ "msgqueue", RLIMIT_MSGQUEUE }, { "nice", RLIMIT_NICE },
	{ "nofile", RLIMIT_NOFILE }, { "nproc", RLIMIT_NPROC },
	{ "rss", RLIMIT_RSS }, { "rtprio", RLIMIT_RTPRIO },
	{ "sigpending", RLIMIT_SIGPENDING }, { "stack", RLIMIT_STACK },
};

static void set_ulimits(const struct guest *g)
{
	for (size_t i = 0; i < sizeof(ulimits) / sizeof(ulimits[0]); i++) {
		struct rlimit r;
		uint64_t soft, hard;

		if (!limit_pair(g, "ulimits", ulimits[i].name, &soft, &hard) ||
		    getrlimit(ulimits[i].id, &r))
			continue;
		if (hard != VC_LIMIT_KEEP)
			r.rlim_max = hard;
		if (soft != VC_LIMIT_KEEP)
			r.rlim_cur = soft;
		if (r.rlim_cur > r.rlim_max)
			r.rlim_cur = r.rlim_max;
		if (setrlimit(ulimits[i].id, &r))
			guest_die(g, "ulimits/%s: %s", ulimits[i].name,
				  strerror(errno));
	}
}

static void set_personality(const struct guest *g)
{
	const char *list = vc_config_get(g->config, "personality");
	struct vc_bits flags = { 0, 0 };
	uint32_t type = 0;
	char line[256];

	if (!list)
		return;
	for (size_t i = 0; vc_config_line(list, i, line, sizeof(line), NULL);
	     i++)
		if (i ? vc_list_parse(VC_LIST_PERSONALITY, line, &flags, NULL)
		      : vc_personality_type(line, &type))
			guest_die(g, "personality: unknown '%s'", line);
	if (personality(type | flags.flag) < 0)
		guest_die(g, "personality: %s", strerror(errno));
}

void attr_process(const struct guest *g)
{
	long class = guest_number(g, "ionice/class", -1);
	long level = guest_number(g, "ionice/priority", 4);

	set_ulimits(g);
	if (vc_config_find(g->config, "nice") &&
	    setpriority(PRIO_PROCESS, 0, (int)guest_number(g, "nice", 0)))
		guest_die(g, "nice: %s", strerror(errno));
	if (class >= 0 && syscall(SYS_ioprio_set, 1, 0, class << 13 | level))
		guest_die(g, "ionice: %s", strerror(errno));
	set_personality(g);
}

uint64_t attr_spaces(const struct guest *g)
{
	struct vc_bits b = guest_bits(g, "spaces/mask", VC_LIST_UMASK,
				space_default());

	if (vc_config_find(g->config, "spaces/pid"))
		guest_die(g, "spaces/pid: a pid namespace of its own is not "
			  "supported; the guest's init is number 1 anyway");
	if (vc_config_find(g->config, "spaces/net"))
		b.flag |= SPACE_NET;
	if (cgroup_used(g))
		b.flag |= SPACE_CGROUP;
	return b.flag & ~(SPACE_MOUNT | SPACE_PID);
}

static void set_names(const struct guest *g)
{
	char context[VHIN_LEN];

	for (int field = VHIN_CONTEXT + 1; vc_vhi_field_name(field); field++) {
		const char *name = vc_config_get(g->config, "uts/%s",
						 vc_vhi_field_name(field));

		/* What an old configuration calls the reset. */
		if (name && field == VHIN_DOMAINNAME && !strcmp(name, "none"))
			name = "(none)";
		if (name && vc_set_vhi_name(VS_XID_SELF, field, name))
			guest_die(g, "uts/%s: %s", vc_vhi_field_name(field),
				  vc_strerror(errno));
		if (name && field == VHIN_NODENAME)
			say(g, "Host name is now %s", name);
	}
	state_context_name(g, context, sizeof(context));
	check(g, "context name",
	      vc_set_vhi_name(VS_XID_SELF, VHIN_CONTEXT, context));
}

static void set_rlimits(const struct guest *g)
{
	struct vcmd_ctx_rlimit_mask mask = { 0 };

	check(g, "rlimits", vc_get_rlimit_mask(&mask));
	for (uint32_t id = 0; id < VLIM_IDS; id++) {
		const char *name = vc_rlimit_name(id);
		struct vcmd_ctx_rlimit r = { .id = id };
		uint64_t soft, hard;

		if (!name || !limit_pair(g, "rlimits", name, &soft, &hard))
			continue;
		if (!(mask.maximum & 1U << id)) {
			msg_warn("%s: rlimits/%s is not limited by this "
				 "kernel, ignored", g->name, name);
			continue;
		}
		r.minimum = VC_LIMIT_KEEP;
		r.softlimit = soft;
		r.maximum = hard;
		check(g, name, vc_set_rlimit(VS_XID_SELF, &r));
	}
}

static const struct {
	const char	*key;
	uint32_t	bit;
	size_t		offset;
} sched_keys[] = {
	{ "fill-rate", VXSM_FILL_RATE,
	  offsetof(struct vcmd_sched, fill_rate[0]) },
	{ "interval", VXSM_INTERVAL, offsetof(struct vcmd_sched, interval[0]) },
	{ "fill-rate2", VXSM_FILL_RATE2,
	  offsetof(struct vcmd_sched, fill_rate[1]) },
	{ "interval2", VXSM_INTERVAL2,
	  offsetof(struct vcmd_sched, interval[1]) },
	{ "tokens", VXSM_TOKENS, offsetof(struct vcmd_sched, tokens) },
	{ "tokens-min", VXSM_TOKENS_MIN,
	  offsetof(struct vcmd_sched, tokens_min) },
	{ "tokens-max", VXSM_TOKENS_MAX,
	  offsetof(struct vcmd_sched, tokens_max) },
	{ "priority-bias", VXSM_PRIO_BIAS,
	  offsetof(struct vcmd_sched, prio_bias) },
	{ "cpu-id", VXSM_CPU_ID, offsetof(struct vcmd_sched, cpu_id) },
	{ "bucket-id", VXSM_BUCKET_ID,
	  offsetof(struct vcmd_sched, bucket_id) },
};

static void set_sched_dir(const struct guest *g, const char *dir)
{
	const uint32_t nothing = VXSM_CPU_ID | VXSM_BUCKET_ID | VXSM_IDLE_TIME;
	struct vcmd_sched s = { .mask = 0 };
	char key[128];

	for (size_t i = 0; i < sizeof(sched_keys) / sizeof(sched_keys[0]);
	     i++) {
		snprintf(key, sizeof(key), "%s/%s", dir, sched_keys[i].key);
		if (!vc_config_find(g->config, "%s", key))
			continue;
		*(int32_t *)((char *)&s + sched_keys[i].offset) =
			(int32_t)guest_number(g, key, 0);
		s.mask |= sched_keys[i].bit;
	}
	snprintf(key, sizeof(key), "%s/idle-time", dir);
	if (guest_bool(g, key))
		s.mask |= VXSM_IDLE_TIME;
	if (s.mask & ~nothing)
		check(g, dir, vc_set_sched(VS_XID_SELF, &s));
}

static void set_sched(const struct guest *g)
{
	char name[64], dir[96];

	set_sched_dir(g, "sched");
	for (size_t i = 0; vc_config_child(g->config, "sched", i, name,
					   sizeof(name)); i++) {
		if (vc_config_find(g->config, "sched/%s", name))
			continue;
		snprintf(dir, sizeof(dir), "sched/%s", name);
		set_sched_dir(g, dir);
	}
}

/* Only with a helper that can be called. */
static bool has_helper(void)
{
	char path[256] = "";
	FILE *f = fopen("/proc/sys/kernel/vshelper", "re");
	bool has;

	has = f && fgets(path, sizeof(path), f);
	if (f)
		fclose(f);
	path[strcspn(path, "\n")] = '\0';
	return has && *path && !access(path, X_OK);
}

static void set_flags(const struct guest *g, const struct init_style *style)
{
	const uint64_t all = ~VXF_ONE_TIME & ~VXF_PERSISTENT;
	struct vcmd_ctx_flags flags;
	struct vc_bits b;
	uint64_t start = CFLAGS_SECURE | VXF_VIRT_UPTIME | VXF_INFO_INIT |
			 VXF_REBOOT_KILL;

	if (has_helper())
		start |= VXF_SC_HELPER;
	if (style->is_init)
		start |= VXF_INIT_KILL;
	b = guest_bits(g, "cflags", VC_LIST_CFLAGS, start);
	flags.flagword = b.flag & all;
	flags.mask = all & (start | b.mask);
	check(g, "cflags", vc_set_cflags(VS_XID_SELF, &flags));
}

void attr_context(const struct guest *g, const struct init_style *style)
{
	const struct vcmd_ctx_caps ccaps = {
		.ccaps = guest_bits(g, "ccapabilities", VC_LIST_CCAPS,
			      CCAPS_SECURE).flag,
		.cmask = ~0ULL,
	};
	const struct vcmd_bcaps bcaps = {
		.bcaps = guest_bits(g, "bcapabilities", VC_LIST_BCAPS,
			      VS_BCAPS_SECURE).flag,
		.bmask = ~0ULL,
	};
	const struct vcmd_umask umask = {
		.umask = guest_bits(g, "umask", VC_LIST_UMASK, 0).flag,
		.mask = ~0ULL,
	};

	step("set names");
	set_names(g);
	step("set limits");
	set_rlimits(g);
	set_sched(g);
	if (vc_config_find(g->config, "badness"))
		check(g, "badness",
		      vc_set_badness(VS_XID_SELF,
				     guest_number(g, "badness", 0)));
	step("set capabilities and flags");
	check(g, "ccapabilities", vc_set_ccaps(VS_XID_SELF, &ccaps));
	check(g, "bcapabilities", vc_set_bcaps(VS_XID_SELF, &bcaps));
	set_flags(g, style);
	check(g, "umask", vc_set_umask(VS_XID_SELF, &umask));
}
