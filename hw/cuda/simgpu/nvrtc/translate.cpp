// CUDA's words that no macro can explain to g++.
//
//   __global__ void f(...)        -> a function that is kept, and a table entry
//   __launch_bounds__(n, ...)     -> taken out; n goes into the entry
//   __shared__ T a[8], b;         -> references to the block's places
//   extern __shared__ T a[];      -> a pointer to the launch's dynamic part
//
// Lines stay where they were, so that messages name the .cu text's own.
#include <cctype>
#include <cstring>

#include "nvrtc.h"

namespace simgpu {

namespace {

bool isWord(char c) { return isalnum(static_cast<unsigned char>(c)) || c == '_'; }

struct Text {
	const std::string &s;
	size_t at = 0;

	bool ended() const { return at >= s.size(); }
	// The next token: a word, a quoted text, or one character; blanks between
	// tokens come as tokens of their own, line markers as one.
	std::string next() {
		size_t begin = at;
		char c = s[at++];
		if (c == '#' && (begin == 0 || s[begin - 1] == '\n')) {
			while (at < s.size() && s[at] != '\n') at++;
		} else if (isWord(c)) {
			while (at < s.size() && isWord(s[at])) at++;
		} else if (c == '"' || c == '\'') {
			while (at < s.size() && s[at] != c) at += s[at] == '\\' ? 2 : 1;
			at++;
		} else if (isspace(static_cast<unsigned char>(c))) {
			while (at < s.size() && isspace(static_cast<unsigned char>(s[at])) && s[at - 1] != '\n') at++;
		}
		return s.substr(begin, at - begin);
	}
	// Everything up to `end` outside of brackets, which is taken too and not returned.
	std::string until(char end) {
		std::string out;
		int depth = 0;
		while (!ended()) {
			std::string t = next();
			if (t.size() == 1 && t[0] == end && depth == 0) return out;
			if (t == "(" || t == "[" || t == "{") depth++;
			if (t == ")" || t == "]" || t == "}") depth--;
			out += t;
		}
		return out;
	}
	void skipBlanks() {
		while (!ended() && isspace(static_cast<unsigned char>(s[at]))) at++;
	}
};

// The name that a declarator declares: its first word before any bracket.
size_t findName(const std::string &declarator, size_t &length) {
	size_t end = declarator.find_first_of("[=");
	if (end == std::string::npos) end = declarator.size();
	while (end > 0 && !isWord(declarator[end - 1])) end--;
	size_t begin = end;
	while (begin > 0 && isWord(declarator[begin - 1])) begin--;
	length = end - begin;
	return begin;
}

// C++'s word is not for types, g++'s is.
std::string alignment(std::string s) {
	for (size_t at; (at = s.find("alignas")) != std::string::npos;) {
		Text rest = {s, s.find('(', at) + 1};
		std::string value = rest.until(')');
		s.replace(at, rest.at - at, "__attribute__((aligned(" + value + ")))");
	}
	return s;
}

// `float a[32], b` -> a type for each declarator, a tag, and references.
bool sharedArrays(const std::string &declaration, int &number, std::string &out) {
	std::string types = "typedef ", references;
	Text text = {declaration};
	while (!text.ended()) {
		std::string declarator = text.until(',');
		size_t length, begin = findName(declarator, length);
		if (!length || declarator.find('=') != std::string::npos) return false;
		std::string name = declarator.substr(begin, length), id = std::to_string(number++);
		if (!references.empty()) types += ", ";
		types += declarator.substr(0, begin) + "simgpu_type" + id + declarator.substr(begin + length);
		references += " struct simgpu_tag" + id + " {}; simgpu_type" + id + " &" + name + " = ::simgpu::shared<simgpu_type" + id + ", simgpu_tag" + id + ">();";
	}
	out += types + ";" + references;
	return true;
}

// `T a[]` -> a pointer.
bool dynamicArray(const std::string &declaration, std::string &out) {
	size_t length, begin = findName(declaration, length);
	if (!length || declaration.find('[') == std::string::npos) return false;
	std::string type = declaration.substr(0, begin), name = declaration.substr(begin, length);
	for (size_t at; (at = type.find("__attribute__")) != std::string::npos;) {
		Text rest = {type, type.find('(', at) + 1};
		rest.until(')');
		type.erase(at, rest.at - at);
	}
	out += "typedef " + type + "simgpu_dynamic_" + name + "; simgpu_dynamic_" + name + " *" + name + " = ::simgpu::dynamicShared<simgpu_dynamic_" + name + ">();";
	return true;
}

}  // namespace

bool translate(const std::string &in, bool checked, std::string &out, std::string &log) {
	Text text = {in};
	std::string kernels, table;
	int count = 0, number = 0, depth = 0;
	bool external = false;  // the last word was `extern`
	size_t externAt = 0;
	while (!text.ended()) {
		std::string t = text.next();
		if (t == "{") depth++;
		if (t == "}") depth--;
		if (t == "__global__") {
			// Up to the parameter list: attributes, `void`, the bounds and the name.
			std::string head = "__attribute__((used, noinline, visibility(\"default\")))", name, bounds = "0";
			while (!text.ended()) {
				size_t before = text.at;
				std::string u = text.next();
				if (u == "__launch_bounds__") {
					text.skipBlanks();
					text.next();
					std::string all = text.until(')');
					Text arguments = {all};
					bounds = arguments.until(',');
				} else if (u == "(" && name == "__attribute__") {
					head += u + text.until(')') + ")";
				} else if (u == "(") {
					text.at = before;
					break;
				} else {
					if (isWord(u[0])) name = u;
					head += u;
				}
			}
			out += head;
			// A declaration ahead of the definition gets no second entry.
			std::string begin = "static const ::simgpu::Kernel simgpu_entry_" + name + " =";
			if (kernels.find(begin) == std::string::npos) {
				kernels += begin + " ::simgpu::Entry<&" + name + ", decltype(&" + name + ")>::make(\"" + name + "\", (" + bounds + "));\n";
				table += "&simgpu_entry_" + name + ", ";
				count++;
			}
		} else if (t == "__shared__") {
			std::string declaration = alignment(text.until(';'));
			bool good;
			if (external) {
				out.erase(externAt);
				good = dynamicArray(declaration, out);
			} else {
				good = depth > 0 && sharedArrays(declaration, number, out);
			}
			if (!good) {
				log += "error: __shared__" + declaration + ": the simulated device takes arrays and variables in functions, without initial values\n";
				return false;
			}
		} else {
			if (t == "extern") externAt = out.size();
			out += t;
		}
		if (!isspace(static_cast<unsigned char>(t[0]))) external = t == "extern";
	}
	// What the driver looks for (device/state.h).
	out += "\n# 1 \"simgpu-table\"\n" + kernels;
	out += "::simgpu::State *simgpu_state;\n";
	out += "static const ::simgpu::Kernel *const simgpu_kernels[] = {" + table + "nullptr};\n";
	out += "extern \"C\" __attribute__((visibility(\"default\"))) const ::simgpu::Module simgpu_module = {::simgpu::kLayout, " + std::string(checked ? "1" : "0") + ", &simgpu_state, simgpu_kernels, " + std::to_string(count) + "};\n";
	return true;
}

}  // namespace simgpu
