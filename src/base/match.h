// `match`: std::visit whose forgotten case is a compile error that names it.
#pragma once
#include <variant>

namespace nf {

template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
overloaded(Fs...) -> overloaded<Fs...>;

/// True when some case of `match` takes an `Alternative`.
template <class Cases, class Alternative>
concept HasCaseFor = requires(Cases cases, Alternative& alternative) {
  cases(alternative);
};

/// Runs the case for what `value` holds.
template <class... Alternatives, class... Cases>
decltype(auto) match(const std::variant<Alternatives...>& value, Cases... cases) {
  using All = overloaded<Cases...>;
  if constexpr ((HasCaseFor<All, const Alternatives> && ...))
    return std::visit(All{cases...}, value);
  else
    static_assert((HasCaseFor<All, const Alternatives> && ...), "match: a case is missing");
}
template <class... Alternatives, class... Cases>
decltype(auto) match(std::variant<Alternatives...>& value, Cases... cases) {
  using All = overloaded<Cases...>;
  if constexpr ((HasCaseFor<All, Alternatives> && ...))
    return std::visit(All{cases...}, value);
  else
    static_assert((HasCaseFor<All, Alternatives> && ...), "match: a case is missing");
}

}  // namespace nf
