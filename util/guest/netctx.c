// SPDX-License-Identifier: GPL-2.0
/*
 * The network context of a guest: the addresses that it may use.
 *
 * The child of the start makes it before the context, from where that is not
 * possible, and is in it from then on; what it is called is written down for
 * whoever goes in later.  It ends with the last process of the guest.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"
#include "netaddr.h"
#include "secure.h"

/* Kernels of others may be without. */
static bool offered(void)
{
	int vci = vc_get_vci();

	return vci >= 0 && (vci & VCI_NETV2);
}

bool netctx_wanted(const struct guest *g)
{
	return !guest_bool(g, "noncontext") && offered();
}

/* The address of interface @name as chbind would take it; false: none. */
static bool address_text(const struct guest *g, const char *name, char *text,
			 size_t size)
{
	const struct vc_config *c = g->config;
	const char *ip = vc_config_get(c, "interfaces/%s/ip", name), *width;

	if (!ip || vc_config_find(c, "interfaces/%s/disabled", name))
		return false;
	width = vc_config_get(c, "interfaces/%s/prefix", name);
	if (!width && !strchr(ip, ':'))
		width = vc_config_get(c, "interfaces/%s/mask", name);
	if (!width)
		width = vc_config_get(c, "interfaces/prefix");
	if (!width && !strchr(ip, ':'))
		width = vc_config_get(c, "interfaces/mask");
	if (strchr(ip, '/'))
		width = NULL;
	snprintf(text, size, "%s%s%s", ip, width ? "/" : "",
		 width ? width : "");
	return true;
}

static void list_addresses(const struct guest *g, struct net_list *list)
{
	const char *lback = vc_config_get(g->config, "interfaces/lback");
	const char *bcast = vc_config_get(g->config, "interfaces/bcast");
	char name[48], text[128];

	for (size_t i = 0; vc_config_child(g->config, "interfaces", i, name,
					   sizeof(name)); i++)
		if (address_text(g, name, text, sizeof(text)))
			net_add_ip(list, text);
	if (lback)
		net_add_special(list, lback, NXA_MOD_LBACK);
	if (bcast)
		net_add_special(list, bcast, NXA_MOD_BCAST);
}

/* Who sets it up may be a start that was killed, as in create_context(). */
static bool ends_soon(uint32_t nid, int tries)
{
	struct vcmd_ctx_flags flags;

	if (!vc_get_nflags(nid, &flags) && (flags.flagword & NXF_STATE_SETUP))
		return tries < 750;
	return tries < 50;
}

static uint32_t create(const struct guest *g)
{
	long wanted = guest_number(g, "ncontext",
				   guest_number(g, "context", 0));
	int nid;

	for (int i = 0; ; i++) {
		if (wanted)
			nid = vc_net_create((uint32_t)wanted, NULL);
		else
			nid = vc_net_create_free(NULL);
		if (nid >= 0 || (errno != EEXIST && errno != EBUSY))
			break;
		if (!ends_soon((uint32_t)wanted, i)) {
			errno = EEXIST;
			break;
		}
		usleep(40 * 1000);
	}
	if (nid < 0 && errno == EEXIST)
		guest_die(g, "network context %ld is in use by somebody else",
			  wanted);
	if (nid < 0)
		guest_die(g, "cannot create a network context: %s",
			  vc_strerror(errno));
	return (uint32_t)nid;
}

static void set_attributes(const struct guest *g, uint32_t nid)
{
	const struct vc_bits caps = guest_bits(g, "ncapabilities",
					       VC_LIST_NCAPS, NCAPS_SECURE);
	const struct vc_bits flags = guest_bits(g, "nflags", VC_LIST_NFLAGS,
						NFLAGS_SECURE);
	const struct vcmd_net_caps ncaps = {
		.ncaps = caps.flag, .cmask = ~0ULL,
	};
	const struct vcmd_ctx_flags nflags = {
		.flagword = flags.flag & ~NXF_ONE_TIME,
		.mask = (flags.flag | flags.mask) & ~NXF_ONE_TIME,
	};

	if (vc_set_ncaps(nid, &ncaps))
		guest_die(g, "ncapabilities: %s", vc_strerror(errno));
	if (nflags.mask && vc_set_nflags(nid, &nflags))
		guest_die(g, "nflags: %s", vc_strerror(errno));
}

uint32_t netctx_create(const struct guest *g)
{
	struct net_list list = { NULL, 0 };
	char text[64];
	uint32_t nid;

	nid = create(g);
	list_addresses(g, &list);
	for (size_t i = 0; i < list.n; i++) {
		if (!net_change(nid, &list.entry[i], true) || errno == EEXIST)
			continue;
		net_format(&list.entry[i], text, sizeof(text));
		guest_die(g, "address %s of the network context: %s", text,
			  vc_strerror(errno));
	}
	net_free(&list);
	set_attributes(g, nid);
	return nid;
}

void netctx_plan(const struct guest *g)
{
	struct net_list list = { NULL, 0 };
	char text[64];

	if (!netctx_wanted(g))
		return;
	step("create the network context");
	list_addresses(g, &list);
	for (size_t i = 0; i < list.n; i++) {
		net_format(&list.entry[i], text, sizeof(text));
		step("add address %s to it", text);
	}
	net_free(&list);
}

void netctx_say(const struct guest *g)
{
	struct net_list list = { NULL, 0 };
	char line[512] = "ipv4root is now", text[64];
	size_t len = strlen(line);

	list_addresses(g, &list);
	for (size_t i = 0; i < list.n; i++) {
		if (list.entry[i].ipv6 ||
		    (list.entry[i].v4.type & (NXA_MOD_LBACK | NXA_MOD_BCAST)))
			continue;
		net_format(&list.entry[i], text, sizeof(text));
		text[strcspn(text, "/")] = '\0';
		if (len + strlen(text) + 2 > sizeof(line))
			break;
		len += (size_t)sprintf(line + len, " %s", text);
	}
	net_free(&list);
	if (strchr(line, '.'))
		say(g, "%s", line);
}
