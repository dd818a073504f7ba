// From a program to a simulated cubin, by g++.
#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "../driver/image.h"
#include "nvrtc.h"

extern char **environ;

namespace simgpu {

namespace fs = std::filesystem;

std::string libraryFolder() {
	Dl_info info;
	if (!dladdr(reinterpret_cast<void *>(libraryFolder), &info)) return ".";
	return fs::path(info.dli_fname).parent_path().string();
}

bool checkedMode() {
	const char *s = getenv("SIMGPU_CHECK");
	return s && !strcmp(s, "1");
}

static std::string read(const fs::path &path) {
	std::ifstream in(path, std::ios::binary);
	std::ostringstream out;
	out << in.rdbuf();
	return out.str();
}

static bool write(const fs::path &path, const std::string &text) {
	std::ofstream out(path, std::ios::binary);
	out << text;
	return bool(out.flush());
}

// Runs a command; what it prints is added to log.
static bool execute(const std::vector<std::string> &command, const fs::path &folder, std::string &log) {
	std::vector<char *> argv;
	for (const std::string &s : command) argv.push_back(const_cast<char *>(s.c_str()));
	argv.push_back(nullptr);
	std::string output = (folder / "output").string();
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_adddup2(&actions, 1, 2);
	pid_t pid;
	int status = -1;
	if (posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ)) log += "cannot run " + command[0] + ": install a C++ compiler, or name it in CXX\n";
	else while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
	posix_spawn_file_actions_destroy(&actions);
	log += read(output);
	return status == 0;
}

// Messages name the program, not the file that it was put into.
static void nameProgram(std::string &log, const std::string &folder) {
	for (size_t at; (at = log.find(folder + "/")) != std::string::npos;) log.erase(at, folder.size() + 1);
}

static bool build(_nvrtcProgram &p, const Options &options, const fs::path &folder) {
	bool checked = checkedMode();
	const char *cxx = getenv("CXX");
	std::string compiler = cxx && *cxx ? cxx : "g++", headers = libraryFolder() + "/device";
	fs::path unit = folder / "unit.ii", object = folder / "unit.o", library = folder / "unit.so";
	for (auto &[name, text] : p.headers) write(folder / fs::path(name).filename(), text);
	if (!write(folder / "unit.cpp", "#include \"simgpu.h\"\n#line 1 \"" + p.name + "\"\n" + p.source)) {
		p.log += "cannot write to " + folder.string() + "\n";
		return false;
	}

	// NVRTC has no system headers, so none are found here.
	std::vector<std::string> base = {compiler, "-std=c++17", "-nostdinc", "-I" + headers, "-I" + folder.string(), "-D__CUDACC__", "-D__CUDACC_RTC__", "-D__NVCC__",
		"-D__CUDA_ARCH__=" + std::to_string(options.capability * 10), "-DSIMGPU_CHECKED=" + std::to_string(checked)};
	std::vector<std::string> preprocess = base;
	preprocess.insert(preprocess.end(), options.forward.begin(), options.forward.end());
	for (const char *s : {"-E", "-o"}) preprocess.push_back(s);
	preprocess.push_back(unit.string());
	preprocess.push_back((folder / "unit.cpp").string());
	if (!execute(preprocess, folder, p.log)) return false;
	std::string translated;
	if (!translate(read(unit), checked, translated, p.log) || !write(unit, translated)) return false;

	std::vector<std::string> compile = {compiler, "-std=c++17", "-c", "-fpreprocessed", "-O2", "-g1", "-gdwarf-4", "-fPIC", "-fvisibility=hidden", "-fno-exceptions", "-fno-rtti",
		"-fno-strict-aliasing", "-fstack-clash-protection", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast", "-Wall", "-Wextra", "-Wno-unknown-pragmas", "-Wno-unused", "-Wno-attributes", "-Wno-sign-compare", "-Wno-comment",
		// What NVRTC refuses and g++ would take.
		"-Werror=vla", "-Werror=return-type", "-Werror=uninitialized", "-Werror=pointer-arith"};
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		for (const char *s : {"-mavx2", "-mfma", "-mf16c"}) compile.push_back(s);
	if (checked)
		for (const char *s : {"-fsanitize=thread", "--param", "tsan-instrument-func-entry-exit=0", "-fsanitize=bounds,alignment,shift-exponent,integer-divide-by-zero", "-fstack-protector-all", "-Wno-tsan"}) compile.push_back(s);
	for (const std::string &s : {std::string("-o"), object.string(), unit.string()}) compile.push_back(s);
	if (!execute(compile, folder, p.log)) return false;

	std::vector<std::string> link = {compiler, "-shared", "-Wl,-Bsymbolic", "-Wl,-z,defs", "-o", library.string(), object.string()};
	if (checked) link.push_back(libraryFolder() + "/hooks.o");
	link.push_back("-lm");
	if (!execute(link, folder, p.log)) return false;

	std::string code = read(library);
	ImageHeader header = {{}, kLayout, checked, static_cast<u32>(options.capability), 0, code.size()};
	memcpy(header.magic, kMagic, sizeof kMagic);
	p.cubin.assign(reinterpret_cast<char *>(&header), sizeof header);
	p.cubin += code;
	return true;
}

nvrtcResult compile(_nvrtcProgram &p, const Options &options) {
	std::error_code error;
	std::string pattern = (fs::temp_directory_path(error) / "simgpu-XXXXXX").string();
	if (error || !mkdtemp(pattern.data())) {
		p.log += "cannot make a folder for temporary files: set TMPDIR\n";
		return NVRTC_ERROR_COMPILATION;
	}
	bool good = build(p, options, pattern);
	nameProgram(p.log, pattern);
	fs::remove_all(pattern, error);
	return good ? NVRTC_SUCCESS : NVRTC_ERROR_COMPILATION;
}

}  // namespace simgpu
