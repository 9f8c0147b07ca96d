// SPDX-License-Identifier: LGPL-2.1
/*
 * The one system call.
 */
#include "syscall.h"
#include "vserver.h"

long vc_syscall(uint32_t cmd, uint32_t id, void *data)
{
	return lv_syscall(LV_NR_VSERVER, (long)cmd, (long)id, (long)data);
}
