/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Virtual servers - tracepoints: life of contexts, and what was denied
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vserver

#if !defined(_TRACE_VSERVER_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_VSERVER_H

#include <linux/tracepoint.h>

TRACE_EVENT(vs_create,

	TP_PROTO(u32 xid, u64 flags),

	TP_ARGS(xid, flags),

	TP_STRUCT__entry(
		__field(u32, xid)
		__field(u64, flags)
	),

	TP_fast_assign(
		__entry->xid = xid;
		__entry->flags = flags;
	),

	TP_printk("xid=%u flags=%#llx", __entry->xid, __entry->flags)
);

TRACE_EVENT(vs_destroy,

	TP_PROTO(u32 xid),

	TP_ARGS(xid),

	TP_STRUCT__entry(
		__field(u32, xid)
	),

	TP_fast_assign(
		__entry->xid = xid;
	),

	TP_printk("xid=%u", __entry->xid)
);

TRACE_EVENT(vs_enter,

	TP_PROTO(u32 xid, pid_t pid),

	TP_ARGS(xid, pid),

	TP_STRUCT__entry(
		__field(u32, xid)
		__field(pid_t, pid)
	),

	TP_fast_assign(
		__entry->xid = xid;
		__entry->pid = pid;
	),

	TP_printk("xid=%u pid=%d", __entry->xid, __entry->pid)
);

/* The registered init of a context has exited. */
TRACE_EVENT(vs_init_exit,

	TP_PROTO(u32 xid, int code),

	TP_ARGS(xid, code),

	TP_STRUCT__entry(
		__field(u32, xid)
		__field(int, code)
	),

	TP_fast_assign(
		__entry->xid = xid;
		__entry->code = code;
	),

	TP_printk("xid=%u code=%#x", __entry->xid, __entry->code)
);

/* The host's helper was called: @result is an error or a wait status. */
TRACE_EVENT(vs_helper,

	TP_PROTO(u32 xid, const char *action, u32 cmd, int result),

	TP_ARGS(xid, action, cmd, result),

	TP_STRUCT__entry(
		__field(u32, xid)
		__string(action, action)
		__field(u32, cmd)
		__field(int, result)
	),

	TP_fast_assign(
		__entry->xid = xid;
		__assign_str(action);
		__entry->cmd = cmd;
		__entry->result = result;
	),

	TP_printk("xid=%u action=%s cmd=%#x result=%d", __entry->xid,
		  __get_str(action), __entry->cmd, __entry->result)
);

/* A task waits for CPU time, or goes on; @tokens are nanoseconds. */
TRACE_EVENT(vs_hold,

	TP_PROTO(u32 xid, bool begin, s64 tokens),

	TP_ARGS(xid, begin, tokens),

	TP_STRUCT__entry(
		__field(u32, xid)
		__field(bool, begin)
		__field(s64, tokens)
	),

	TP_fast_assign(
		__entry->xid = xid;
		__entry->begin = begin;
		__entry->tokens = tokens;
	),

	TP_printk("xid=%u %s tokens=%lld", __entry->xid,
		  __entry->begin ? "begin" : "end", __entry->tokens)
);

/* A bucket that tasks wait for was filled. */
TRACE_EVENT(vs_refill,

	TP_PROTO(u32 xid, s64 tokens),

	TP_ARGS(xid, tokens),

	TP_STRUCT__entry(
		__field(u32, xid)
		__field(s64, tokens)
	),

	TP_fast_assign(
		__entry->xid = xid;
		__entry->tokens = tokens;
	),

	TP_printk("xid=%u tokens=%lld", __entry->xid, __entry->tokens)
);

/* @target is the context of the object, 4294967295 when it has none. */
TRACE_EVENT(vs_deny,

	TP_PROTO(const char *what, u32 actor, u32 target),

	TP_ARGS(what, actor, target),

	TP_STRUCT__entry(
		__string(what, what)
		__field(u32, actor)
		__field(u32, target)
	),

	TP_fast_assign(
		__assign_str(what);
		__entry->actor = actor;
		__entry->target = target;
	),

	TP_printk("what=%s actor=%u target=%u", __get_str(what),
		  __entry->actor, __entry->target)
);

/* A limit was reached, and somebody refused more. */
TRACE_EVENT(vs_limit,

	TP_PROTO(u32 xid, const char *what, long max),

	TP_ARGS(xid, what, max),

	TP_STRUCT__entry(
		__field(u32, xid)
		__string(what, what)
		__field(long, max)
	),

	TP_fast_assign(
		__entry->xid = xid;
		__assign_str(what);
		__entry->max = max;
	),

	TP_printk("xid=%u what=%s max=%ld", __entry->xid, __get_str(what),
		  __entry->max)
);

#endif /* _TRACE_VSERVER_H */

#include <trace/define_trace.h>
