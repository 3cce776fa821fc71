// Runs every file of a corpus folder through a fuzz target, so that the ordinary tests repeat what fuzzing once found.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int main(int argc, char** argv) {
  if (argc != 2 || !std::filesystem::is_directory(argv[1])) {
    std::cerr << "the corpus folder is missing: " << (argc > 1 ? argv[1] : "(not given)") << "\n";
    return 2;
  }
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    std::ifstream file(entry.path(), std::ios::binary);
    std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
    std::cerr << entry.path().filename().string() << "\x1b[K\r";  // the last name seen is the one that crashed
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    ++files;
  }
  std::cerr << files << " inputs replayed\n";
  return files == 0;  // an empty corpus tests nothing
}
