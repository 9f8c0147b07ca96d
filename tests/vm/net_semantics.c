// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the running of net_semantics.list: what sockets in network contexts may
 * do with which address.
 */
#include "netlab.h"

#define PORT		7000
#define COLUMNS		16

static struct puppet host, other, puppets[26];
static struct lab_op *op, *answer;
static int port = PORT;

static const struct lab_context contexts[26] = {
	['A' - 'A'] = { 10, NXF_LBACK_REMAP | NXF_HIDE_LBACK, 0,
			{ "A1", "A2", "A6", "A7" } },
	['B' - 'A'] = { 20, NXF_LBACK_REMAP | NXF_HIDE_LBACK, 0,
			{ "B1", "B6" } },
	['C' - 'A'] = { 21, NXF_LBACK_REMAP | NXF_HIDE_LBACK, 0, { "A1" } },
	['S' - 'A'] = { 30, NXF_SINGLE_IP, 0, { "S1" } },
	['V' - 'A'] = { 40, NXF_LBACK_REMAP | NXF_HIDE_LBACK | NXF_SINGLE_IP,
			0, { "V1" } },
	['N' - 'A'] = { 60, 0, 0, { "N1" } },
	['L' - 'A'] = { 70, NXF_LBACK_ALLOW, 0, { "L1" } },
	['R' - 'A'] = { 50, NXF_LBACK_REMAP, 0, { NULL } },
	['M' - 'A'] = { 80, NXF_LBACK_REMAP | NXF_HIDE_LBACK, NXC_MULTICAST,
			{ "M1" } },
	['G' - 'A'] = { 95, NXF_LBACK_REMAP, 0, { "A1", "A6" } },
};

static struct puppet *who(char name)
{
	if (name == 'H')
		return &host;
	if (name == 'X')
		return &other;
	if (name < 'A' || name > 'Z' || !contexts[name - 'A'].nid)
		ktap_give_up("a name");
	return &puppets[name - 'A'];
}

static long enter_r(long arg, long b, long c)
{
	const struct lab_context *ctx = (void *)arg;

	must(lab_enter(arg, b, c));
	must(vs_net_add4(ctx->nid, NXA_TYPE_RANGE, inet_addr("192.0.2.65"),
			 inet_addr("192.0.2.79"), 0));
	return vs_net_add4(ctx->nid, NXA_TYPE_MASK, inet_addr("198.51.100.0"),
			   0, inet_addr("255.255.255.240"));
}

static void start_all(void)
{
	int i;

	/* before there is anybody to share them with */
	op = puppet_shared(sizeof(*op));
	answer = puppet_shared(sizeof(*answer));
	other = lab_network();
	host = puppet_host();
	for (i = 0; i < 26; i++)
		if (contexts[i].nid)
			puppets[i] = puppet_start(i == 'R' - 'A' ? enter_r :
						  lab_enter,
						  (long)&contexts[i], 0, 0);
}

/* PROTOCOL[+OPTION...][%SOURCE] */
static void set_proto(const char *text)
{
	const char *source = strchr(text, '%');

	memset(op, 0, sizeof(*op));
	snprintf(op->proto, sizeof(op->proto), "%.*s",
		 (int)strcspn(text, "+%"), text);
	op->free = strstr(text, "+free");
	op->more = strstr(text, "+more");
	op->reuse = strstr(text, "+reuse");
	op->share = strstr(text, "+share");
	op->source = source;
	if (source)
		op->pktinfo = lab_addr(source + 1, 0);
}

/* Each row has a port of its own, so that nothing is left of others. */
static int new_port(void)
{
	return ++port;
}

static void set_addr(struct lab_addr *a, const char *name)
{
	memset(a, 0, sizeof(*a));
	if (strcmp(name, "-"))
		*a = lab_addr(name, port);
}

static bool good;

static void expect(bool what, const char *row, const char *format,
		   const char *got, const char *want)
{
	if (what)
		return;
	good = false;
	diag("%s:", row);
	diag(format, got, want);
}

static void expect_name(const char *row, const char *what,
			const struct lab_addr *a, const char *want)
{
	char format[64];

	snprintf(format, sizeof(format), "%s is %%s, not %%s", what);
	expect(!want || lab_is(a, want), row, format, lab_name(a), want);
}

static bool expect_result(const char *row, long ret, const char *want)
{
	const char *got = ret < 0 ? errname(errno) : "0";

	expect(!strcmp(got, want), row, "the result is %s, not %s", got, want);
	return ret >= 0;
}

/* The local address of the row's port in /proc/net, as the host sees it. */
static void host_sees(const char *proto, struct lab_addr *a)
{
	struct sockaddr_in *in = (void *)&a->ss;
	struct sockaddr_in6 *in6 = (void *)&a->ss;
	bool six = strchr(proto, '6');
	char line[512], addr[64];
	unsigned int p;
	FILE *f;
	int i;

	memset(a, 0, sizeof(*a));
	f = fopen(strncmp(proto, "udp", 3) ?
		  six ? "/proc/self/net/tcp6" : "/proc/self/net/tcp" :
		  six ? "/proc/self/net/udp6" : "/proc/self/net/udp", "r");
	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, " %*d: %63[0-9A-F]:%x", addr, &p) != 2 ||
		    (int)p != port)
			continue;
		if (!six) {
			in->sin_family = AF_INET;
			in->sin_addr.s_addr = strtoul(addr, NULL, 16);
			break;
		}
		in6->sin6_family = AF_INET6;
		for (i = 0; i < 4; i++) {
			char word[9];

			memcpy(word, addr + 8 * i, 8);
			word[8] = '\0';
			in6->sin6_addr.s6_addr32[i] = strtoul(word, NULL, 16);
		}
		break;
	}
	fclose(f);
}

static void run_bind(char **w, int n)
{
	struct puppet *p = who(*w[1]);
	struct lab_addr seen;
	long fd;

	set_proto(w[2]);
	new_port();
	set_addr(&op->from, w[3]);
	fd = ask(p, do_listen, op);
	if (!expect_result(w[0], fd, w[4]))
		return;
	if (n > 5)
		expect_name(w[0], "getsockname", &op->name, w[5]);
	if (n > 6) {
		host_sees(op->proto, &seen);
		expect_name(w[0], "what the host sees", &seen, w[6]);
	}
	must(ask(p, do_close, fd));
}

struct open_socket {
	struct puppet *p;
	char who;
	long fd;
};

/* Opens "WHO@ADDR,WHO@ADDR"; returns their number. */
static int open_all(const char *list, const char *proto,
		    struct open_socket *all)
{
	struct lab_op saved = *op;
	char copy[128], *at, *next, name[16];
	int n = 0;

	snprintf(copy, sizeof(copy), "%s", list);
	for (at = strtok_r(copy, ",", &next); at && strcmp(at, "-");
	     at = strtok_r(NULL, ",", &next)) {
		const char *addr = at + 2;
		struct lab_addr a = lab_addr(addr, port);
		size_t len = strlen(addr);

		memset(op, 0, sizeof(*op));
		snprintf(name, sizeof(name), "%.3s%s", proto,
			 !lab_is6(&a) ? "" : addr[len - 1] == 'o' ? "6o" :
			 "6");
		strcpy(op->proto, name);
		op->from = a;
		all[n].who = *at;
		all[n].p = who(*at);
		all[n].fd = ask(all[n].p, do_listen, op);
		if (all[n].fd < 0) {
			good = false;
			diag("%s: %s", at, errname(errno));
			continue;
		}
		n++;
	}
	*op = saved;
	return n;
}

static void close_all(struct open_socket *all, int n)
{
	while (n--)
		must(ask(all[n].p, do_close, all[n].fd));
}

static void run_connect(char **w, int n)
{
	struct puppet *p = who(*w[1]);
	struct open_socket all[4];
	int i, nr;
	long fd;

	set_proto(w[2]);
	new_port();
	set_addr(&op->from, w[3]);
	if (op->from.len)	/* any port */
		((struct sockaddr_in *)&op->from.ss)->sin_port = 0;
	set_addr(&op->to, w[4]);
	nr = open_all(w[5], "tcp", all);
	fd = ask(p, do_connect, op);
	if (expect_result(w[0], fd, w[6])) {
		expect_name(w[0], "getsockname", &op->name,
			    n > 8 ? w[8] : NULL);
		expect_name(w[0], "getpeername", &op->peer,
			    n > 9 ? w[9] : NULL);
		for (i = 0; n > 7 && i < nr; i++) {
			bool mine = all[i].who == *w[7];
			bool got = !ask(all[i].p, do_accept, all[i].fd, answer,
					mine ? 2000 : 0);
			const char name[] = { all[i].who, '\0' };

			expect(got == mine, w[0], got ? "%s accepted%s" :
			       "%s did not accept%s", name, "");
			if (got)
				expect_name(w[0], "the peer", &answer->peer,
					    n > 10 ? w[10] : NULL);
		}
		must(ask(p, do_close, fd));
	}
	close_all(all, nr);
}

static void run_send(char **w, int n)
{
	struct puppet *p = who(*w[1]);
	struct open_socket all[4];
	int i, nr;

	set_proto(w[2]);
	new_port();
	set_addr(&op->from, w[3]);
	if (op->from.len)
		((struct sockaddr_in *)&op->from.ss)->sin_port = 0;
	set_addr(&op->to, w[4]);
	snprintf(op->data, sizeof(op->data), "row %s", w[0]);
	nr = open_all(w[5], "udp", all);
	if (expect_result(w[0], ask(p, do_send, op), w[6])) {
		for (i = 0; n > 7 && i < nr; i++) {
			bool mine = all[i].who == *w[7];
			bool got = ask(all[i].p, do_receive, all[i].fd, answer,
				       mine ? 2000 : *w[7] == '-' ? 30 : 0) >=
				0;
			const char name[] = { all[i].who, '\0' };

			expect(got == mine, w[0], got ? "%s received%s" :
			       "%s did not receive%s", name, "");
			if (got)
				expect_name(w[0], "the source", &answer->peer,
					    n > 8 ? w[8] : NULL);
		}
	}
	close_all(all, nr);
}

static char columns[COLUMNS][16];
static int nr_columns;

static void one_conflict(const char *existing, const char *new,
			 const char *proto, char want)
{
	struct open_socket first, second;
	char list[32];
	bool was = good;
	int nr;

	new_port();
	if (open_all(existing, proto, &first) != 1)
		return;
	good = true;
	snprintf(list, sizeof(list), "%s", new);
	nr = open_all(list, proto, &second);
	if (nr != (want == '.')) {
		diag("%s: %s beside %s: %s", proto, new, existing,
		     nr ? "permitted" : "refused");
		was = false;
	}
	good = was;
	if (nr)
		close_all(&second, 1);
	close_all(&first, 1);
}

static void run_conflict(char **w, int n)
{
	int i;

	if (n != nr_columns + 1)
		ktap_give_up("columns");
	for (i = 0; i < nr_columns; i++) {
		one_conflict(w[0], columns[i], "tcp", *w[i + 1]);
		one_conflict(w[0], columns[i], "udp", *w[i + 1]);
	}
}

static void run_line(char *line)
{
	static const struct { const char *name; void (*fn)(char **, int); }
	kinds[] = {
		{ "bind", run_bind }, { "connect", run_connect },
		{ "send", run_send }, { "conflict", run_conflict },
	};
	char *w[24], *next;
	unsigned int k;
	int n = 0;

	for (w[0] = strtok_r(line, " \t\n", &next); w[n] && n < 23;
	     w[n] = strtok_r(NULL, " \t\n", &next))
		n++;
	if (!n || *w[0] == '#')
		return;
	if (!strcmp(w[0], "columns")) {
		for (nr_columns = 0; nr_columns < n - 1; nr_columns++)
			snprintf(columns[nr_columns], 16, "%s",
				 w[nr_columns + 1]);
		return;
	}
	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		if (strcmp(w[0], kinds[k].name))
			continue;
		good = true;
		kinds[k].fn(w + 1, n - 1);
		ktap_ok(good, "%s %s", w[0], w[1]);
		return;
	}
	ktap_give_up(w[0]);
}

static void test_rows(void)
{
	FILE *f = fopen("/vm/tests/net_semantics.list", "r");
	char line[512];

	must(f ? 0 : -1);
	start_all();
	while (fgets(line, sizeof(line), f))
		run_line(line);
	fclose(f);
}

int main(void)
{
	ktap_run_limit("rows", test_rows, 60);
	return ktap_exit();
}
