/* A PKCS #11 library around softhsm2 that fails while a file of a name is in the folder ORDERS:
   away: no card is inserted               pull: the card is pulled out when it is to sign (then away)
   hang-look, hang-sign: it never returns  crash-sign: it ends its process
   last-try, locked, no-pin: flags of the card; locked also refuses the PIN
   empty: the card was never set up        no-pss: it signs with RSA only by PKCS #1 v1.5, without a hash of its own
   hostile: its label tries to write on the screen */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long ulong;
struct functions { unsigned char version[2]; void *call[68]; };
enum { GET_FUNCTION_LIST = 3, GET_SLOT_LIST = 4, GET_TOKEN_INFO = 6, GET_MECHANISM_LIST = 7, OPEN_SESSION = 12, LOGIN = 18, SIGN = 43 };
enum { FLAGS = 96, SO = 0, INITIALIZED = 0x400, USER_PIN = 0x8, COUNT_LOW = 0x10000, FINAL_TRY = 0x20000, LOCKED = 0x40000 };
static const ulong TOKEN_NOT_PRESENT = 0xE0, DEVICE_REMOVED = 0x32, PIN_LOCKED = 0xA4;
static struct functions ours, *theirs;

static int ordered(const char *what) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", ORDERS, what);
    return access(path, F_OK) == 0;
}

static void hang(void) { for (;;) pause(); }

static ulong get_slot_list(unsigned char present, ulong *slots, ulong *count) {
    if (ordered("hang-look")) hang();
    if (present && ordered("away")) { *count = 0; return 0; }
    return ((ulong (*)(unsigned char, ulong *, ulong *)) theirs->call[GET_SLOT_LIST])(present, slots, count);
}

static ulong get_token_info(ulong slot, unsigned char *info) {
    if (ordered("away")) return TOKEN_NOT_PRESENT;
    ulong result = ((ulong (*)(ulong, unsigned char *)) theirs->call[GET_TOKEN_INFO])(slot, info);
    ulong flags;
    memcpy(&flags, info + FLAGS, sizeof flags);
    if (ordered("last-try")) flags |= COUNT_LOW | FINAL_TRY;
    if (ordered("locked")) flags |= LOCKED;
    if (ordered("no-pin")) flags &= ~(ulong) USER_PIN;
    if (ordered("empty")) flags &= ~(ulong) INITIALIZED;
    if (ordered("hostile")) memcpy(info, "\033[2J\033]0;owned\007\xe2\x80\xae gnp            ", 32);
    memcpy(info + FLAGS, &flags, sizeof flags);
    return result;
}

static ulong get_mechanism_list(ulong slot, ulong *list, ulong *count) {
    if (!ordered("no-pss")) return ((ulong (*)(ulong, ulong *, ulong *)) theirs->call[GET_MECHANISM_LIST])(slot, list, count);
    if (list) list[0] = 1; /* CKM_RSA_PKCS */
    *count = 1;
    return 0;
}

static ulong open_session(ulong slot, ulong flags, void *a, void *b, ulong *session) {
    if (ordered("away")) return TOKEN_NOT_PRESENT;
    return ((ulong (*)(ulong, ulong, void *, void *, ulong *)) theirs->call[OPEN_SESSION])(slot, flags, a, b, session);
}

static ulong login(ulong session, ulong user, void *pin, ulong length) {
    if (ordered("locked")) return PIN_LOCKED;
    return ((ulong (*)(ulong, ulong, void *, ulong)) theirs->call[LOGIN])(session, user, pin, length);
}

static ulong sign(ulong session, void *data, ulong length, void *signature, ulong *most) {
    char from[4096], to[4096];
    if (ordered("hang-sign")) hang();
    if (ordered("crash-sign")) abort();
    if (ordered("pull")) {
        snprintf(from, sizeof from, "%s/pull", ORDERS);
        snprintf(to, sizeof to, "%s/away", ORDERS);
        rename(from, to);
        return DEVICE_REMOVED;
    }
    return ((ulong (*)(ulong, void *, ulong, void *, ulong *)) theirs->call[SIGN])(session, data, length, signature, most);
}

ulong C_GetFunctionList(struct functions **list) {
    void *library = dlopen(SOFTHSM, RTLD_NOW | RTLD_LOCAL);
    if (!library) return 5;
    ulong (*get)(struct functions **) = (ulong (*)(struct functions **)) dlsym(library, "C_GetFunctionList");
    ulong result = get(&theirs);
    if (result) return result;
    ours = *theirs;
    ours.call[GET_FUNCTION_LIST] = C_GetFunctionList;
    ours.call[GET_SLOT_LIST] = get_slot_list;
    ours.call[GET_TOKEN_INFO] = get_token_info;
    ours.call[GET_MECHANISM_LIST] = get_mechanism_list;
    ours.call[OPEN_SESSION] = open_session;
    ours.call[LOGIN] = login;
    ours.call[SIGN] = sign;
    *list = &ours;
    return 0;
}
