// Calls of RE2 that compile and match regular expressions. --wrap takes the names that
// the linker sees; the classes' own functions lead on to them.
#include "transaction_calls.h"
#include "re2/re2.h"
#include "re2/set.h"

using re2::RE2;
using re2::StringPiece;

// NOLINTBEGIN: mangled names
#define CALL_IN(type, name, parameters, arguments)                             \
  extern "C" type __real_##name parameters;                                    \
  extern "C" type __wrap_##name parameters;                                    \
  extern "C" type __wrap_##name parameters {                                   \
    type result{};                                                             \
    AME_ATOMIC_AS(#name) { result = __real_##name arguments; }                 \
    return result;                                                             \
  }
#define CALL_IN_VOID(name, parameters, arguments)                              \
  extern "C" void __real_##name parameters;                                    \
  extern "C" void __wrap_##name parameters;                                    \
  extern "C" void __wrap_##name parameters {                                   \
    AME_ATOMIC_AS(#name) { __real_##name arguments; }                          \
  }

using Args = const RE2::Arg *const *;

CALL_IN_VOID(_ZN3re23RE2C1EPKc, (RE2 * r, const char *p), (r, p))
CALL_IN_VOID(_ZN3re23RE2C1ERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE,
             (RE2 * r, const std::string *p), (r, p))
CALL_IN_VOID(_ZN3re23RE2C1ERKNS_11StringPieceE, (RE2 * r, const StringPiece *p), (r, p))
CALL_IN_VOID(_ZN3re23RE2C1ERKNS_11StringPieceERKNS0_7OptionsE,
             (RE2 * r, const StringPiece *p, const RE2::Options *o), (r, p, o))
CALL_IN_VOID(_ZN3re23RE2D1Ev, (RE2 * r), (r))
CALL_IN(bool, _ZN3re23RE210FullMatchNERKNS_11StringPieceERKS0_PKPKNS0_3ArgEi,
        (const StringPiece *s, const RE2 *r, Args a, int n), (s, r, a, n))
CALL_IN(bool, _ZN3re23RE213PartialMatchNERKNS_11StringPieceERKS0_PKPKNS0_3ArgEi,
        (const StringPiece *s, const RE2 *r, Args a, int n), (s, r, a, n))
CALL_IN(bool, _ZN3re23RE28ConsumeNEPNS_11StringPieceERKS0_PKPKNS0_3ArgEi,
        (StringPiece * s, const RE2 *r, Args a, int n), (s, r, a, n))
CALL_IN(bool, _ZN3re23RE215FindAndConsumeNEPNS_11StringPieceERKS0_PKPKNS0_3ArgEi,
        (StringPiece * s, const RE2 *r, Args a, int n), (s, r, a, n))
CALL_IN(bool, _ZNK3re23RE25MatchERKNS_11StringPieceEmmNS0_6AnchorEPS1_i,
        (const RE2 *r, const StringPiece *s, size_t from, size_t to, int anchor,
         StringPiece *m, int n),
        (r, s, from, to, anchor, m, n))
CALL_IN(bool,
        _ZN3re23RE27ReplaceEPNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEERKS0_RKNS_11StringPieceE,
        (std::string * s, const RE2 *r, const StringPiece *w), (s, r, w))
CALL_IN(int,
        _ZN3re23RE213GlobalReplaceEPNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEERKS0_RKNS_11StringPieceE,
        (std::string * s, const RE2 *r, const StringPiece *w), (s, r, w))
CALL_IN(int,
        _ZN3re23RE23Set3AddERKNS_11StringPieceEPNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE,
        (RE2::Set * t, const StringPiece *p, std::string *e), (t, p, e))
CALL_IN(bool, _ZN3re23RE23Set7CompileEv, (RE2::Set * t), (t))
CALL_IN(bool, _ZNK3re23RE23Set5MatchERKNS_11StringPieceEPSt6vectorIiSaIiEE,
        (const RE2::Set *t, const StringPiece *s, std::vector<int> *v), (t, s, v))
// NOLINTEND
