// The C++ program of the README: a kernel from a file, over a folder of images.
#include <nearfield/nearfield.h>

#include <iostream>

int main() try {
  auto smooth = nf::stencil(nf::read_text("smooth.py"));
  nf::imsave("out/*.png", smooth(nf::imread("scans/*.png")));
} catch (const nf::Error& error) {
  std::cerr << error.what() << "\n";
  return 1;
}
