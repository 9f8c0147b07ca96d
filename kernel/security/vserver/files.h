/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - descriptors from elsewhere
 */
#ifndef _SECURITY_VSERVER_FILES_H
#define _SECURITY_VSERVER_FILES_H

void vs_close_foreign(void);

#endif /* _SECURITY_VSERVER_FILES_H */
