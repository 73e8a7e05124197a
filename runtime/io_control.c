/* ioctl: how much memory is behind its last argument. Newer requests say so in
 * their number, the older ones are listed; others take a number, or are too rare
 * for an entry. */
#define _GNU_SOURCE
#include "io.h"

#include "libc_access.h"

#include <linux/sockios.h>
#include <net/if.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <termios.h>

static size_t size_of_old(unsigned long request) {
  switch (request) {
  case TCGETS:
  case TCSETS:
  case TCSETSW:
  case TCSETSF:
    return sizeof(struct termios);
  case TIOCGWINSZ:
  case TIOCSWINSZ:
    return sizeof(struct winsize);
  case TIOCGPGRP:
  case TIOCSPGRP:
  case TIOCGSID:
  case SIOCGPGRP:
  case SIOCSPGRP:
    return sizeof(pid_t);
  case FIONREAD:
  case TIOCOUTQ:
  case FIONBIO:
  case FIOASYNC:
  case SIOCATMARK:
  case TIOCMGET:
  case TIOCMSET:
  case TIOCMBIS:
  case TIOCMBIC:
  case TIOCGETD:
  case TIOCSETD:
    return sizeof(int);
  case TIOCSTI:
    return sizeof(char);
  case SIOCGIFCONF:
    return sizeof(struct ifconf);
  default:
    /* SIOCGIFNAME and its like */
    return request >= SIOCGIFNAME && request <= SIOCSIFMAP ? sizeof(struct ifreq)
                                                           : 0;
  }
}

static size_t size_behind(unsigned long request) {
  return _IOC_DIR(request) != _IOC_NONE ? _IOC_SIZE(request)
                                        : size_of_old(request);
}

AME_WRAPPER(int, ioctl, (int descriptor, unsigned long request, ...)) {
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  if (ame_active()) {
    __ame_inevitable("call to ioctl");
    const size_t size = size_behind(request);
    if (argument && size)
      __ame_write_range(argument, size);
  }
  return ioctl(descriptor, request, argument);
}
