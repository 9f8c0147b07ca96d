/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Virtual servers: for which context something counts.
 *
 * The part of linux/vs_limit.h that other headers need.
 */
#ifndef _LINUX_VS_CHARGE_H
#define _LINUX_VS_CHARGE_H

#include <linux/types.h>
#include <linux/vs_pid.h>

struct vs_context;

/**
 * struct vs_charge - For which context something counts
 *
 * Empty without CONFIG_VSERVER.
 */
struct vs_charge {
#ifdef CONFIG_VSERVER
	struct vs_context *ctx;
#endif
};

#ifdef CONFIG_VSERVER

gfp_t __vs_gfp(gfp_t gfp);

/**
 * vs_gfp - How to allocate what a guest can make the kernel keep
 * @gfp:	how it is done for the host
 */
static __always_inline gfp_t vs_gfp(gfp_t gfp)
{
	return vs_active() ? __vs_gfp(gfp) : gfp;
}

#else /* !CONFIG_VSERVER */

static inline gfp_t vs_gfp(gfp_t gfp) { return gfp; }

#endif /* CONFIG_VSERVER */
#endif /* _LINUX_VS_CHARGE_H */
