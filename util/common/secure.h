/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What "--secure" means beside VS_BCAPS_SECURE.
 */
#ifndef UTIL_SECURE_H
#define UTIL_SECURE_H

#include "vserver.h"

#define CCAPS_SECURE	(VXC_SET_UTSNAME | VXC_RAW_ICMP | VXC_AUDIT_CONTROL)
#define CFLAGS_SECURE	VXF_HIDE_NETIF
#define NCAPS_SECURE	NXC_RAW_ICMP
#define NFLAGS_SECURE	NXF_HIDE_NETIF

#endif
