// Computes integers of a straight-line stencil in the narrowest type that cannot change the result: narrow lanes are
// more lanes. Numba's rules make nearly everything int64; nine int8 add up in 16 bits.
//
//     %1 = neighbor %x[-1] : int8             %1 = neighbor %x[-1] : int8
//     %2 = cast %1 : int64                    %2 = cast %1 : int16
//     %5 = add %2, %4 : int64        becomes  %5 = add %2, %4 : int16          (it lies in -256..254)
//     %6 = const 9 : int64                    %6 = add cast(%5 : uint16), 261  (it lies in 5..515)
//     %7 = floordiv %5, %6 : int64            %7 = floordiv %6, 9 : uint16
//     return %7                               %8 = sub cast(%7 : int16), 29
//                                             return cast(%8 : int64)
//
// Two ways to ask for a value. `exact(v)`: in some type that holds v's range. `low(v, T)`: equal modulo 2**bits(T); for
// + - * & | ^ ~ << it needs only the low bits of the operands. A value whose range fits T is known by its low bits, so
// exact sums are sums of low bits too. A floored division by a positive constant becomes an unsigned one: with k the
// smallest number such that x + k*d >= 0, x // d is (x + k*d) // d - k and x % d is (x + k*d) % d. The distance of two
// bytes fits a byte though their difference does not: it is their max less their min.
#include <algorithm>
#include <map>

#include "ir/interval.h"
#include "passes/narrow_notes.h"
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

namespace {

// The narrowest integer type for the range; nothing when 64 bits are too few.
std::optional<DType> narrowest(Range range) {
  for (int bytes = 1; bytes <= 8; bytes *= 2)
    if (DType dtype = integer_of(bytes, range.lo < 0); Range::of(dtype).contains(range)) return dtype;
  return {};
}

class Narrower {
 public:
  explicit Narrower(const Function& in)
      : in_(in),
        out_(in),
        ranges_(analyse_ranges(in)),
        exact_(in.insts.size()),
        uses_(in.insts.size()),
        varies_(in.insts.size()),
        build_(out_, BlockId::none()) {
    for (const Inst& inst : in.insts) for_operands(inst.op, [&](InstId id) { ++uses_[id]; });
    for (InstId id : in[in.body].insts) {
      varies_[id.index] = std::holds_alternative<Neighbor>(in[id].op);
      for_operands(in[id].op, [&](InstId operand) { varies_[id.index] = varies_[id.index] || varies_[operand.index]; });
    }
    out_.insts = {};
    out_.blocks = {};
    out_.body = out_.blocks.add({});
    build_.enter(out_.body);
  }

  Function run() {
    for (InstId id : in_[in_.body].insts) {
      if (is_check(in_, id))
        copy_check(build_, in_, id, own(std::get<If>(in_[id].op).condition), [&](InstId value) { return own(value); });
      if (const Return* n = std::get_if<Return>(&in_[id].op)) {
        Return back;
        for (InstId value : n->values) back.values.push_back(own(value));
        build_.emit(std::move(back), Type::none(), in_[id].span);
      }
    }
    Table<Inst, std::optional<DType>> lanes(in_.insts.size());
    for (uint32_t i = 0; i < in_.insts.size(); ++i)
      if (InstId now = exact_[{i}]; now && is_int({i})) lanes[{i}] = out_[now].type.dtype();
    for (Note& note : narrowing_notes(in_, ranges_, lanes)) out_.notes.push_back(std::move(note));
    return std::move(out_);
  }

 private:
  DType dtype(InstId id) const { return in_[id].type.dtype(); }
  bool is_int(InstId id) const { return in_[id].type.is_scalar() && is_integer(dtype(id)); }
  Span span(InstId id) const { return in_[id].span; }
  // The narrowest type for these values, but no other type of the instruction's own width.
  DType lane(InstId id, Range range) const {
    std::optional<DType> found = narrowest(range);
    return found && size_of(*found) < size_of(dtype(id)) ? *found : dtype(id);
  }
  InstId number(DType type, __int128 value, InstId from) {
    return build_.constant(integer_scalar(type, value), span(from));
  }
  InstId binary(BinaryOp op, InstId a, InstId b, InstId from) {
    return build_.emit(Binary{op, a, b}, out_[a].type, span(from));
  }

  // The value in its own type.
  InstId own(InstId id) { return is_int(id) ? as(id, dtype(id)) : exact(id); }
  // The value in a type that holds it.
  InstId as(InstId id, DType type) {
    if (!std::holds_alternative<Const>(in_[id].op) || type == lane(id, ranges_[id])) return cast(exact(id), type, id);
    auto [found, is_new] = numbers_.try_emplace({id, type});
    if (is_new) found->second = number(type, ranges_[id].lo, id);
    return found->second;
  }
  // One cast for each value and type.
  InstId cast(InstId value, DType type, InstId from) {
    if (out_[value].type.dtype() == type) return value;
    auto [found, is_new] = casts_.try_emplace({value, type});
    if (!is_new) return found->second;
    const std::optional<Scalar> known = is_float(type) ? std::nullopt : constant(out_, value);
    return found->second =
               known ? build_.constant(cast_scalar(*known, type), span(from)) : build_.cast(value, type, span(from));
  }

  InstId exact(InstId id) {
    if (!exact_[id]) exact_[id] = is_int(id) ? integer(id) : other(id);
    return exact_[id];
  }

  // Floats, bools and arrays keep their type; integer operands come as narrow as they are where only the value counts.
  InstId other(InstId id) {
    const Inst& inst = in_[id];
    if (const Cast* n = std::get_if<Cast>(&inst.op)) return build_.emit(Cast{exact(n->a)}, inst.type, inst.span);
    if (const Compare* n = std::get_if<Compare>(&inst.op); n && is_int(n->a)) {
      if (std::optional<InstId> found = compare_clamped(id, *n)) return *found;
      DType type = lane(n->a, join(ranges_[n->a], ranges_[n->b]));
      return build_.emit(Compare{n->op, as(n->a, type), as(n->b, type)}, inst.type, inst.span);
    }
    return unchanged(id);
  }
  // a < b where b is wider than a, but the same for all points: b is brought into a's range once, and what it then says
  // wrongly is known once too: with a in lo..hi, a < b is a < clamp(b) unless b lies beyond hi, where it holds.
  std::optional<InstId> compare_clamped(InstId id, const Compare& n) {
    InstId left = n.a, right = n.b;
    CompareOp op = n.op;
    if (varies_[right.index]) {
      std::swap(left, right);
      op = mirrored(op);
    }
    const Range a = ranges_[left], b = ranges_[right];
    const DType type = lane(left, a);
    if (varies_[right.index] || !varies_[left.index] || size_of(type) >= size_of(lane(left, join(a, b)))) return {};
    const InstId limit = exact(right);
    const DType wide = out_[limit].type.dtype();
    if (!Range::of(wide).contains(a)) return {};
    const InstId lo = number(wide, a.lo, id), hi = number(wide, a.hi, id);
    const InstId clamped = binary(BinaryOp::Min, binary(BinaryOp::Max, limit, lo, id), hi, id);
    auto compare = [&](CompareOp how, InstId x, InstId y) {
      return build_.emit(Compare{how, x, y}, Type::scalar(DType::Bool), span(id));
    };
    InstId result = compare(op, as(left, type), cast(clamped, type, id));
    const bool holds = op == CompareOp::Lt || op == CompareOp::Gt || op == CompareOp::Ne;  // where b is beyond
    auto beyond = [&](bool counts, CompareOp outside, CompareOp inside, InstId edge) {
      if (counts)
        result =
            binary(holds ? BinaryOp::Or : BinaryOp::And, result, compare(holds ? outside : inside, limit, edge), id);
    };
    const bool equality = op == CompareOp::Eq || op == CompareOp::Ne;
    const bool above = equality || op == CompareOp::Lt || op == CompareOp::Ge;
    beyond(b.hi > a.hi && above, CompareOp::Gt, CompareOp::Le, hi);
    beyond(b.lo < a.lo && (equality || !above), CompareOp::Lt, CompareOp::Ge, lo);
    return result;
  }
  InstId unchanged(InstId id) {
    Op op = in_[id].op;
    std::visit([&](auto& n) { operands(n, [&](InstId& operand) { operand = own(operand); }); }, op);
    return build_.emit(std::move(op), in_[id].type, in_[id].span);
  }

  InstId integer(InstId id) {
    const Inst& inst = in_[id];
    Range range = ranges_[id];
    if (std::holds_alternative<Const>(inst.op)) return number(lane(id, range), range.lo, id);
    if (const Cast* n = std::get_if<Cast>(&inst.op)) {
      if (is_float(dtype(n->a))) return unchanged(id);
      if (is_bool(dtype(n->a))) return build_.emit(Cast{exact(n->a)}, Type::scalar(lane(id, range)), inst.span);
      return Range::of(dtype(id)).contains(ranges_[n->a]) ? exact(n->a) : low(n->a, lane(id, range));
    }
    if (const Select* n = std::get_if<Select>(&inst.op)) {
      DType type = lane(id, join(ranges_[n->a], ranges_[n->b]));
      // The condition may say more than the ranges do: then what is not chosen need not be right.
      if (size_of(type) > size_of(lane(id, range))) return *from_low_bits(id, lane(id, range));
      return build_.emit(Select{exact(n->condition), as(n->a, type), as(n->b, type)}, Type::scalar(type), inst.span);
    }
    if (const Unary* n = std::get_if<Unary>(&inst.op); n && n->op == UnaryOp::Abs) {
      if (std::optional<InstId> distance = distance_of(id, n->a)) return *distance;
      InstId value = as(n->a, lane(id, join(range, ranges_[n->a])));
      return build_.emit(Unary{UnaryOp::Abs, value}, out_[value].type, inst.span);
    }
    if (std::optional<InstId> value = from_low_bits(id, lane(id, range))) return *value;
    if (const Binary* n = std::get_if<Binary>(&inst.op)) {
      std::optional<Scalar> right = constant(in_, n->b);
      switch (n->op) {
        case BinaryOp::FloorDiv:
        case BinaryOp::Mod:
          if (right && integer_value(*right) > 0)
            if (std::optional<InstId> value = divide(id, *n, integer_value(*right))) return *value;
          if (std::optional<InstId> value = divide_clamped(id, *n)) return *value;
          return same_lanes(id, *n, join(join(ranges_[n->a], ranges_[n->b]), range));
        case BinaryOp::Min:
        case BinaryOp::Max: return same_lanes(id, *n, join(ranges_[n->a], ranges_[n->b]));
        case BinaryOp::Shr:
          if (right) return shift_right(id, *n, int(integer_value(*right)));
          if (std::optional<DType> type = shifted_lane(id, *n, join(ranges_[n->a], ranges_[n->b])))
            return in_lanes(id, *n, *type);
          break;
        default: break;
      }
    }
    return unchanged(id);
  }

  InstId same_lanes(InstId id, const Binary& n, Range range) { return in_lanes(id, n, lane(id, range)); }
  InstId in_lanes(InstId id, const Binary& n, DType type) {
    InstId a = as(n.a, type), b = as(n.b, type);
    return binary(n.op, a, b, id);
  }

  // The lane of these values, when it is wide enough for every count of a shift: then a count means the same in it.
  std::optional<DType> shifted_lane(InstId id, const Binary& n, Range range) {
    DType type = lane(id, range);
    Range count = ranges_[n.b];
    return count.lo >= 0 && count.hi < bits_of(type) ? std::optional(type) : std::nullopt;
  }

  // abs(a - b) where the difference wants wider lanes than a and b: max(a, b) - min(a, b) fits in theirs.
  std::optional<InstId> distance_of(InstId id, InstId difference) {
    const Binary* n = std::get_if<Binary>(&in_[difference].op);
    if (!n || n->op != BinaryOp::Sub || uses_[difference] != 1) return {};
    Range a = ranges_[n->a], b = ranges_[n->b], exact{a.lo - b.hi, a.hi - b.lo};
    DType type = lane(id, join(a, b)), result = integer_of(size_of(type), false);
    if (size_of(lane(id, exact)) <= size_of(type) || !Range::of(result).contains(ranges_[id])) return {};
    if (!Range::of(dtype(id)).contains(exact)) return {};  // it wraps
    InstId left = as(n->a, type), right = as(n->b, type);
    InstId most = binary(BinaryOp::Max, left, right, id), least = binary(BinaryOp::Min, left, right, id);
    return binary(BinaryOp::Sub, cast(most, result, id), cast(least, result, id), id);
  }

  InstId shift_right(InstId id, const Binary& n, int count) {
    count &= bits_of(dtype(id)) - 1;
    DType type = lane(id, ranges_[n.a]);
    // A range of one number was folded before, so an unsigned value is not shifted out whole; a signed one is all sign.
    if (count >= bits_of(type)) {
      if (!is_signed(type)) return number(type, 0, id);
      count = bits_of(type) - 1;
    }
    return binary(BinaryOp::Shr, as(n.a, type), number(type, count, id), id);
  }

  // A divisor of which only the size of the dividend is known. Beyond the dividend's size a divisor gives the quotient
  // 0 or -1 whatever it is: it may be replaced by the nearest number that lies just beyond.
  struct Divisor {
    Range range;  ///< replaced
    DType lanes;  ///< hold dividend, divisor and quotient
  };
  Divisor clamped(InstId id, const Binary& n) {
    Range a = ranges_[n.a], b = ranges_[n.b];
    __int128 beyond = std::max(a.hi, -a.lo) + 1;
    Range near = intersect(b, {-beyond, beyond}).value_or(b.lo > 0 ? Range{beyond, beyond} : Range{-beyond, -beyond});
    std::optional<Range> quotient = interval_of(BinaryOp::FloorDiv, dtype(id), a, near);
    return {near, lane(id, join(join(a, near), *quotient))};
  }
  InstId clamped_divisor(const Binary& n, const Divisor& by, InstId id) {
    if (std::holds_alternative<Const>(in_[n.b].op)) return number(by.lanes, by.range.lo, id);
    InstId divisor = exact(n.b);
    DType type = out_[divisor].type.dtype();
    if (ranges_[n.b].lo < by.range.lo) divisor = binary(BinaryOp::Max, divisor, number(type, by.range.lo, id), id);
    if (ranges_[n.b].hi > by.range.hi) divisor = binary(BinaryOp::Min, divisor, number(type, by.range.hi, id), id);
    return cast(divisor, by.lanes, id);
  }
  // The quotient of such a division in narrow lanes; nothing when that gains nothing.
  std::optional<InstId> narrow_quotient(InstId id, const Binary& n) {
    Range a = ranges_[n.a];
    Divisor by = clamped(id, n);
    if (by.range == ranges_[n.b] || !Range::of(by.lanes).contains(join(a, by.range))) return {};
    if (size_of(by.lanes) >= size_of(lane(id, join(a, ranges_[n.b])))) return {};
    InstId& quotient = quotients_[{n.a, n.b}];  // of `//` and `%` alike
    if (!quotient) {
      InstId value = as(n.a, by.lanes), divisor = clamped_divisor(n, by, id);
      quotient = binary(BinaryOp::FloorDiv, value, divisor, id);
    }
    return quotient;
  }
  std::optional<InstId> divide_clamped(InstId id, const Binary& n) {
    if (n.op == BinaryOp::FloorDiv) return narrow_quotient(id, n);
    Range a = ranges_[n.a], b = ranges_[n.b];
    Divisor by = clamped(id, n);
    if (a.lo < 0 || b.lo < 0 || by.range == b || size_of(by.lanes) >= size_of(lane(id, join(a, b)))) return {};
    InstId value = as(n.a, by.lanes), divisor = clamped_divisor(n, by, id);  // both beyond: the dividend is the rest
    return binary(BinaryOp::Mod, value, divisor, id);
  }
  // x % d, which may be as large as d, from the quotient: x - x // d * d, but 0 for d == 0.
  std::optional<InstId> low_rest(InstId id, const Binary& n, DType type) {
    std::optional<InstId> quotient = narrow_quotient(id, n);
    if (!quotient) return {};
    InstId product = binary(BinaryOp::Mul, cast(*quotient, type, id), low(n.b, type), id);
    InstId rest = binary(BinaryOp::Sub, low(n.a, type), product, id);
    if (!ranges_[n.b].contains({0, 0})) return rest;
    InstId divisor = exact(n.b), nothing = number(out_[divisor].type.dtype(), 0, id);
    InstId undefined = build_.emit(Compare{CompareOp::Eq, divisor, nothing}, Type::scalar(DType::Bool), span(id));
    return build_.emit(Select{undefined, number(type, 0, id), rest}, Type::scalar(type), span(id));
  }

  // x // d or x % d for a constant d > 0, unsigned.
  std::optional<InstId> divide(InstId id, const Binary& n, __int128 divisor) {
    Range x = ranges_[n.a];
    __int128 shift = x.lo < 0 ? (-x.lo + divisor - 1) / divisor : 0;  // k
    std::optional<DType> type = narrowest({0, std::max(x.hi + shift * divisor, divisor)});
    if (!type || size_of(*type) > size_of(dtype(id))) return {};
    // From a quotient that is stored in bytes a multiple of 256 is taken away for nothing.
    const __int128 of_bytes = (shift + 255) / 256 * 256;
    if (n.op == BinaryOp::FloorDiv && narrowest({0, std::max(x.hi + of_bytes * divisor, divisor)}) == type)
      shift = of_bytes;
    InstId value = low(n.a, *type);
    if (shift != 0) value = binary(BinaryOp::Add, value, number(*type, shift * divisor, id), id);
    value = binary(n.op, value, number(*type, divisor, id), id);
    if (n.op == BinaryOp::Mod || shift == 0) return value;
    // The quotient lies in -k .. hi//d, which the signed type of this width holds unless d is 1.
    DType result = integer_of(size_of(*type), true);
    if (!Range::of(result).contains(ranges_[id]) || !Range::of(result).contains({0, shift})) return {};
    return binary(BinaryOp::Sub, cast(value, result, id), number(result, shift, id), id);
  }

  // Something equal modulo 2**bits.
  InstId low(InstId id, DType type) {
    if (size_of(lane(id, ranges_[id])) <= size_of(type)) return cast(exact(id), type, id);
    if (auto found = low_.find({id, type}); found != low_.end()) return found->second;
    std::optional<InstId> value = from_low_bits(id, type);
    return low_[{id, type}] = value ? *value : cast(exact(id), type, id);
  }

  // The instruction on the low bits of its operands, when these decide the low bits of the result.
  std::optional<InstId> from_low_bits(InstId id, DType type) {
    const Inst& inst = in_[id];
    if (std::holds_alternative<Const>(inst.op)) return number(type, ranges_[id].lo, id);
    if (const Unary* n = std::get_if<Unary>(&inst.op); n && (n->op == UnaryOp::Neg || n->op == UnaryOp::Invert))
      return build_.emit(Unary{n->op, low(n->a, type)}, Type::scalar(type), inst.span);
    if (const Select* n = std::get_if<Select>(&inst.op))
      return build_.emit(Select{exact(n->condition), low(n->a, type), low(n->b, type)}, Type::scalar(type), inst.span);
    if (const Cast* n = std::get_if<Cast>(&inst.op)) {
      if (is_integer(dtype(n->a)) && size_of(dtype(id)) >= size_of(type)) return low(n->a, type);
      // A float goes through int64 and wraps; only to uint64 it may not.
      if (is_float(dtype(n->a)) && dtype(id) != DType::UInt64 && size_of(dtype(id)) >= size_of(type))
        return build_.emit(Cast{exact(n->a)}, Type::scalar(type), inst.span);
      return {};
    }
    const Binary* n = std::get_if<Binary>(&inst.op);
    if (!n) return {};
    switch (n->op) {
      case BinaryOp::Add:
      case BinaryOp::Sub:
      case BinaryOp::Mul:
      case BinaryOp::And:
      case BinaryOp::Or:
      case BinaryOp::Xor: {
        InstId a = low(n->a, type), b = low(n->b, type);
        return binary(n->op, a, b, id);
      }
      case BinaryOp::Mod: return constant(in_, n->b) ? std::nullopt : low_rest(id, *n, type);
      case BinaryOp::Shl: {
        std::optional<Scalar> right = constant(in_, n->b);
        if (!right) {
          Range by = ranges_[n->b];
          if (by.lo < 0 || by.hi >= bits_of(type)) return {};
          InstId value = low(n->a, type), count = as(n->b, type);
          return binary(BinaryOp::Shl, value, count, id);
        }
        int count = int(integer_value(*right) & (bits_of(dtype(id)) - 1));
        if (count >= bits_of(type)) return number(type, 0, id);
        return binary(BinaryOp::Shl, low(n->a, type), number(type, count, id), id);
      }
      default: return {};
    }
  }

  const Function& in_;
  Function out_;
  Table<Inst, Range> ranges_;
  Table<Inst, InstId> exact_;
  std::map<std::pair<InstId, InstId>, InstId> quotients_;
  Table<Inst, int> uses_;
  std::vector<bool> varies_;  // from point to point
  std::map<std::pair<InstId, DType>, InstId> low_, casts_, numbers_;
  Builder build_;
};

// Longer bodies stay as they are: following their chains of operands would take a deep stack.
constexpr size_t kLongestBody = 6000;

bool fits(const Function& f, InstId id) {
  const Load* load = std::get_if<Load>(&f[id].op);
  return is_pure(f[id].op) || std::holds_alternative<Return>(f[id].op) || (load && !load->check) || is_check(f, id);
}

// What keeps the body from being one block of values, checks and a return; variables are not what people
// see.
InstId obstacle(const Function& f) {
  InstId found;
  for (InstId id : f[f.body].insts) {
    if (fits(f, id)) continue;
    if (!found) found = id;
    const Op& op = f[id].op;
    if (!std::holds_alternative<Slot>(op) && !std::holds_alternative<Get>(op) && !std::holds_alternative<Set>(op))
      return id;
  }
  return found;
}
bool counts_widely(const Function& f) {
  return std::any_of(f.insts.begin(), f.insts.end(), [](const Inst& inst) {
    return std::holds_alternative<Binary>(inst.op) && is_integer(inst.type.dtype()) && size_of(inst.type.dtype()) == 8;
  });
}

}  // namespace

Function narrow_ranges(const Function& in, const Module&) {
  if (in.kind != FunctionKind::Stencil) return in;
  if (in.insts.size() > kLongestBody) {
    Function out = in;
    out.notes.push_back(too_long(kLongestBody));
    return out;
  }
  if (InstId id = obstacle(in)) {
    Function out = in;
    if (counts_widely(in)) out.notes.push_back(not_narrowed(in, id));
    return out;
  }
  return Narrower(in).run();
}

}  // namespace nf::passes
