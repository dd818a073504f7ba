// Package simgpu builds a simulated CUDA device: the libraries libcuda.so.1,
// libnvrtc.so, libcublasLt.so and libnvidia-ml.so.1, as far as package cuda calls
// them, on the CPU.
// They need a C++ compiler and linux/amd64, and no CUDA.
//
// The very same .cu text is translated by the compiler; a launch runs blocks and
// threads as fibers. What a kernel does wrong is an error that names kernel, block,
// thread and line (simgpuLastFault). It states nothing about a card's speed.
//
// Streams queue until something waits for them, fresh memory is NaN, freed memory
// cannot be touched. docs/gpu.md describes what a simulation cannot see.
//
// Settings are read from the environment when the libraries are first used:
//
//	SIMGPU_CHECK=1        check every access: bounds, races, bytes never written
//	SIMGPU_SEED=n         seed of the orders of threads, blocks and streams (1)
//	SIMGPU_ORDER=uniform  draw threads all alike; =ahead lets one warp run ahead; else both
//	SIMGPU_SM=75|80|90    compute capability (80)
//	SIMGPU_MEMORY=bytes   device memory (4 GiB)
//	SIMGPU_DRIVER=12090   version the driver answers with
//	SIMGPU_GRAPHS=0       streams cannot capture
//	SIMGPU_WATCHDOG=60    seconds of CPU time that one launch may take
//
// NVML has no clocks to tell, so it supports nothing but what SIMGPU_NVML makes up,
// read at every call: "sm=1410,memory=1593,milliwatts=250000,celsius=61,reasons=0x4".
// A number after ! is the error that the call returns: "init=!18,milliwatts=!3".
package simgpu

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"ltpbench/hw/cuda/abi"
)

//go:embed device/*.h driver/*.h driver/*.cpp nvrtc/*.h nvrtc/*.cpp cublaslt/*.h cublaslt/*.cpp nvml/*.cpp hooks/*.h hooks/*.cpp
var sources embed.FS

// unit is a library or object and the folder that it is made of.
type unit struct {
	name, folder string
	flags        []string
}

var units = []unit{
	{"libcuda.so.1", "driver", []string{"-shared", "-ldl", "-lrt", "-lpthread"}},
	{"libnvrtc.so", "nvrtc", []string{"-shared", "-ldl"}},
	{"libcublasLt.so", "cublaslt", []string{"-shared", "-ldl"}},
	{"libnvidia-ml.so.1", "nvml", []string{"-shared"}},
	{"hooks.o", "hooks", []string{"-c"}},
}

// Build returns the folder that holds the simulated libraries, in the user's cache
// folder under the hash of their sources. It compiles them if they aren't there
// yet, with g++ or what CXX names, in half a minute.
func Build() (string, error) {
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		return "", fmt.Errorf("simgpu: the simulated device runs on linux/amd64, not on %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("simgpu: no folder for the libraries: %w (set XDG_CACHE_HOME)", err)
	}
	hash, err := hashSources()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "ltpbench", "simgpu-"+hash[:16])
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", fmt.Errorf("simgpu: %w", err)
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), "simgpu-build-")
	if err != nil {
		return "", fmt.Errorf("simgpu: %w", err)
	}
	defer os.RemoveAll(tmp)
	if err := write(tmp); err != nil {
		return "", fmt.Errorf("simgpu: %w", err)
	}
	failures := make([]error, len(units))
	var running sync.WaitGroup
	for i, u := range units {
		running.Go(func() { failures[i] = u.compile(tmp, hash) })
	}
	running.Wait()
	if err := errors.Join(failures...); err != nil {
		return "", err
	}
	if err := os.Rename(tmp, dir); err != nil {
		// Another process may have been first.
		if _, there := os.Stat(dir); there != nil {
			return "", fmt.Errorf("simgpu: %w", err)
		}
	}
	return dir, nil
}

// hashSources names a build: sources, header and compiler.
func hashSources() (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\x00", compiler(), abi.Header)
	for _, u := range units {
		fmt.Fprintln(h, u)
	}
	err := fs.WalkDir(sources, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := sources.ReadFile(path)
		fmt.Fprintf(h, "%s\x00%d\x00%s", path, len(text), text)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

// write lays the sources out below dir.
func write(dir string) error {
	if err := os.WriteFile(filepath.Join(dir, "abi.h"), []byte(abi.Header), 0o644); err != nil {
		return err
	}
	return os.CopyFS(dir, sources)
}

func compiler() string {
	if cxx := os.Getenv("CXX"); cxx != "" {
		return cxx
	}
	return "g++"
}

func (u unit) compile(dir, hash string) error {
	// All files as one: the standard headers are most of the work.
	files, err := filepath.Glob(filepath.Join(dir, u.folder, "*.cpp"))
	if err != nil || len(files) == 0 {
		return errors.New("simgpu: no sources for " + u.name)
	}
	var all strings.Builder
	for _, f := range files {
		fmt.Fprintf(&all, "#include %q\n", u.folder+"/"+filepath.Base(f))
	}
	unit := filepath.Join(dir, u.name+".cpp")
	if err := os.WriteFile(unit, []byte(all.String()), 0o644); err != nil {
		return fmt.Errorf("simgpu: %w", err)
	}
	args := []string{"-std=c++17", "-O2", "-g1", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra", "-Werror", "-DSIMGPU_HASH=0x" + hash[:8] + "u", "-I" + dir, "-o", filepath.Join(dir, u.name), unit}
	args = append(args, u.flags...)
	out, err := exec.Command(compiler(), args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("simgpu: %s does not compile %s: %w (a C++17 compiler is needed; CXX names it)\n%s", compiler(), u.name, err, strings.TrimSpace(string(out)))
	}
	return nil
}
