/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - what this kernel offers
 */
#ifndef _SECURITY_VSERVER_INFO_H
#define _SECURITY_VSERVER_INFO_H

#include <linux/types.h>

u32 vs_config_word(void);

#endif /* _SECURITY_VSERVER_INFO_H */
