# run: ptx sm_80
# Four axes, two arrays, a bool result beside a float remainder; float // and % use an exact fmod that is part of the code.
func @both(x: float32[:, :, :, :] relative, y: int16[:, :, :, :] relative, flag: bool) -> float32, bool stencil rank 4 mode constant footprint [0..0, -1..0, 0..0, 0..2] {
  %0 = param 0 : float32[:, :, :, :]
  %1 = param 1 : int16[:, :, :, :]
  %2 = param 2 : bool
  %3 = neighbor %0[0, -1, 0, 0] : float32
  %4 = neighbor %1[0, 0, 0, 2] : int16
  %5 = cast %4 : float32
  %6 = mod %3, %5 : float32
  %7 = lt %3, %5 : bool
  %8 = and %7, %2 : bool
  return %6, %8
}
# ---- expect (./dev test --update)
# internal error: no GPU has `nf_mod_f32` (../src/codegen/gpu/compile.cpp:67)
#   this is a bug in nearfield, please report it with the program that caused it
