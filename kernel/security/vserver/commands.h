/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - the table of commands
 *
 * One line a command, sorted by number; who includes this defines
 *
 *	VS_COMMAND(command, class, data, struct, size on 32 bits, function)
 *
 * and makes of it what it needs: the dispatcher a table, the tests their
 * cases.  This file has no include guard for that reason.
 *
 * class: who may call, see enum vs_class in syscall.h
 * data:	NONE	no structure, or one that is ignored
 *		IN	copied from the caller
 *		OPT	the same, but may be missing (NULL)
 *		OUT	copied to the caller on success
 *		INOUT	copied from and, on success, to the caller
 *		ALWAYS	copied to the caller on failure, too
 */
VS_COMMAND(get_version,		ALL,	NONE,	int,			    4, get_version)
VS_COMMAND(get_vci,		ALL,	NONE,	int,			    4, get_vci)
VS_COMMAND(set_vhi_name,	SETUP,	IN,	struct vcmd_vhi_name,	   72, set_vhi_name)
VS_COMMAND(get_vhi_name,	INFO,	INOUT,	struct vcmd_vhi_name,	   72, get_vhi_name)
VS_COMMAND(ctx_create_v0,	CREATE,	NONE,	int,			    4, ctx_create)
VS_COMMAND(ctx_create,		CREATE,	OPT,	struct vcmd_flagword,	    8, ctx_create)
VS_COMMAND(enter_space_v0,	MIGRATE, NONE,	int,			    4, enter_space_v0)
VS_COMMAND(enter_space_v1,	MIGRATE, IN,	struct vcmd_space_mask_v1,  8, enter_space_v1)
VS_COMMAND(enter_space,		MIGRATE, IN,	struct vcmd_space_mask,	   12, enter_space)
VS_COMMAND(set_space_v1,	SETUP,	IN,	struct vcmd_space_mask_v1,  8, set_space_v1)
VS_COMMAND(set_space,		SETUP,	IN,	struct vcmd_space_mask,	   12, set_space)
VS_COMMAND(get_space_mask_v0,	QUERY,	OUT,	struct vcmd_space_mask_v1,  8, get_space_mask_v0)
VS_COMMAND(ctx_migrate_v0,	MIGRATE, NONE,	int,			    4, ctx_migrate)
VS_COMMAND(ctx_migrate,		MIGRATE, OPT,	struct vcmd_flagword,	    8, ctx_migrate)
VS_COMMAND(ctx_kill,		KILL,	IN,	struct vcmd_ctx_kill,	    8, ctx_kill)
VS_COMMAND(set_sched_v3,	SETUP,	IN,	struct vcmd_sched_v3,	   28, set_sched_v3)
VS_COMMAND(set_sched_v4,	SETUP,	IN,	struct vcmd_sched_v4,	   36, set_sched_v4)
VS_COMMAND(set_sched,		SETUP,	IN,	struct vcmd_sched,	   44, set_sched)
VS_COMMAND(get_sched,		INFO,	INOUT,	struct vcmd_sched,	   44, get_sched)
VS_COMMAND(sched_info,		ANY,	INOUT,	struct vcmd_sched_info,	   40, sched_info)
VS_COMMAND(set_prio_bias,	SETUP,	IN,	struct vcmd_prio_bias,	    8, set_prio_bias)
VS_COMMAND(get_prio_bias,	INFO,	INOUT,	struct vcmd_prio_bias,	    8, get_prio_bias)
VS_COMMAND(get_badness,		INFO,	OUT,	struct vcmd_badness,	    8, get_badness)
VS_COMMAND(set_badness,		SETUP,	IN,	struct vcmd_badness,	    8, set_badness)
VS_COMMAND(get_iattr,		ANY,	INOUT,	struct vcmd_iattr,	   16, get_iattr)
VS_COMMAND(set_iattr,		HOST,	IN,	struct vcmd_iattr,	   16, set_iattr)
VS_COMMAND(fget_iattr,		ANY,	INOUT,	struct vcmd_fiattr,	   12, fget_iattr)
VS_COMMAND(fset_iattr,		HOST,	IN,	struct vcmd_fiattr,	   12, fset_iattr)
VS_COMMAND(ctx_stat,		INFO,	OUT,	struct vcmd_ctx_stat,	    8, ctx_stat)
VS_COMMAND(rlimit_stat,		INFO,	INOUT,	struct vcmd_rlimit_stat,   32, rlimit_stat)
VS_COMMAND(virt_stat,		INFO,	OUT,	struct vcmd_virt_stat,	   48, virt_stat)
VS_COMMAND(task_xid,		ANY,	NONE,	int,			    4, task_xid)
VS_COMMAND(vx_info,		INFO,	OUT,	struct vcmd_vx_info,	    8, vx_info)
VS_COMMAND(wait_exit,		INFO,	ALWAYS,	struct vcmd_wait_exit,	    8, wait_exit)
VS_COMMAND(ctx_open,		CREATE,	OPT,	struct vcmd_flagword,	    8, ctx_open)
VS_COMMAND(ctx_enter,		ALL,	IN,	struct vcmd_ctx_enter,	    4, ctx_enter)
VS_COMMAND(space_fd,		MIGRATE, IN,	struct vcmd_space_fd,	    8, space_fd)
VS_COMMAND(get_nested_bcaps,	INFO,	OUT,	struct vcmd_bcaps,	   16, get_nested_bcaps)
VS_COMMAND(set_nested_bcaps,	SETUP,	IN,	struct vcmd_bcaps,	   16, set_nested_bcaps)
VS_COMMAND(ctx_create_unpriv,	ALL,	IN,	struct vcmd_flagword,	    8, ctx_create_unpriv)
VS_COMMAND(get_cflags,		INFO,	OUT,	struct vcmd_ctx_flags,	   16, get_cflags)
VS_COMMAND(set_cflags,		SETUP,	IN,	struct vcmd_ctx_flags,	   16, set_cflags)
VS_COMMAND(get_ccaps_v0,	INFO,	OUT,	struct vcmd_ctx_caps_v0,   24, get_ccaps_v0)
VS_COMMAND(get_ccaps,		INFO,	OUT,	struct vcmd_ctx_caps,	   16, get_ccaps)
VS_COMMAND(set_ccaps_v0,	SETUP,	IN,	struct vcmd_ctx_caps_v0,   24, set_ccaps_v0)
VS_COMMAND(set_ccaps,		SETUP,	IN,	struct vcmd_ctx_caps,	   16, set_ccaps)
VS_COMMAND(get_bcaps,		INFO,	OUT,	struct vcmd_bcaps,	   16, get_bcaps)
VS_COMMAND(set_bcaps,		SETUP,	IN,	struct vcmd_bcaps,	   16, set_bcaps)
VS_COMMAND(get_umask,		INFO,	OUT,	struct vcmd_umask,	   16, get_umask)
VS_COMMAND(set_umask,		SETUP,	IN,	struct vcmd_umask,	   16, set_umask)
VS_COMMAND(get_wmask,		INFO,	OUT,	struct vcmd_umask,	   16, get_wmask)
VS_COMMAND(set_wmask,		SETUP,	IN,	struct vcmd_umask,	   16, set_wmask)
VS_COMMAND(get_space_mask,	QUERY,	OUT,	struct vcmd_space_mask_v1,  8, get_space_mask)
VS_COMMAND(get_space_default,	QUERY,	OUT,	struct vcmd_space_mask_v1,  8, get_space_default)
VS_COMMAND(get_rlimit,		INFO,	INOUT,	struct vcmd_ctx_rlimit,	   28, get_rlimit)
VS_COMMAND(set_rlimit,		SETUP,	IN,	struct vcmd_ctx_rlimit,	   28, set_rlimit)
VS_COMMAND(get_rlimit_mask,	QUERY,	OUT,	struct vcmd_ctx_rlimit_mask, 12, get_rlimit_mask)
VS_COMMAND(reset_hits,		RESET,	NONE,	int,			    4, reset_hits)
VS_COMMAND(reset_minmax,	RESET,	NONE,	int,			    4, reset_minmax)
VS_COMMAND(new_s_context,	LEGACY,	IN,	struct vcmd_new_s_context,  8, new_s_context)
