//go:build cuda && cgo

package cuda

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// wheels is the environment variable that names a folder with NVIDIA's wheels
// unpacked, as .ci/cuda-wheels makes it: nvrtc12 and nvrtc13 with libnvrtc.
const wheels = "LTPBENCH_CUDA_WHEELS"

// processor is what a card's multiprocessor has room for: CUDA C++ Programming
// Guide, "Technical Specifications per Compute Capability". Registers are 65536 everywhere.
type processor struct{ arch, warps, blocks, shared, reserved int }

var processors = []processor{
	{75, 32, 16, 64 << 10, 0}, {80, 64, 32, 164 << 10, 1 << 10}, {86, 48, 16, 100 << 10, 1 << 10}, {89, 48, 24, 100 << 10, 1 << 10},
	{90, 64, 32, 228 << 10, 1 << 10}, {100, 64, 32, 228 << 10, 1 << 10}, {120, 48, 24, 100 << 10, 1 << 10},
}

// used is what the assembler says of a kernel.
type used struct{ registers, shared, spills, stack int }

// occupancy is the share of a multiprocessor's warps that can be resident, in per cent.
func (p processor) occupancy(threads int, u used) int {
	warps := threads / 32
	registers := (32*u.registers + 255) / 256 * 256 * warps
	blocks := min(p.blocks, p.warps/warps, 65536/registers, p.shared/max(1, (u.shared+127)/128*128+p.reserved))
	return 100 * blocks * warps / p.warps
}

var (
	entry    = regexp.MustCompile(`Compiling entry function '(\w+)'`)
	stack    = regexp.MustCompile(`(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads`)
	register = regexp.MustCompile(`Used (\d+) registers`)
	shared   = regexp.MustCompile(`(\d+) bytes smem`)
)

// parse reads the assembler's log.
func parse(log string) map[string]used {
	all, name := map[string]used{}, ""
	number := func(s string) int { n, _ := strconv.Atoi(s); return n }
	for _, line := range strings.Split(log, "\n") {
		if m := entry.FindStringSubmatch(line); m != nil {
			name = m[1]
		}
		u := all[name]
		if m := stack.FindStringSubmatch(line); m != nil {
			u.stack, u.spills = number(m[1]), number(m[2])+number(m[3])
		}
		if m := register.FindStringSubmatch(line); m != nil {
			u.registers = number(m[1])
			if m := shared.FindStringSubmatch(line); m != nil {
				u.shared = number(m[1])
			}
		}
		all[name] = u
	}
	return all
}

// TestCompile compiles every kernel with NVIDIA's own compiler, which needs no
// card, for every architecture. Spills fail; registers, shared memory and
// occupancy have to be what testdata/kernels.txt says. To write that again:
//
//	LTPBENCH_CUDA_WHEELS=$(.ci/cuda-wheels) UPDATE=1 go test -tags cuda -run TestCompile ./hw/cuda
func TestCompile(t *testing.T) {
	folder := os.Getenv(wheels)
	if folder == "" {
		t.Skip(wheels + " is not set: .ci/cuda-wheels prints what to set it to")
	}
	for _, release := range []string{"nvrtc12", "nvrtc13"} {
		c, err := openCompiler(filepath.Join(folder, release), 13)
		if err != nil {
			t.Fatal(err)
		}
		if release == "nvrtc12" { // its assembler takes other registers: that it compiles without spills is all that is asked
			c.table(t, processors[:1])
			c.table(t, processors[4:5])
			continue
		}
		table := c.table(t, processors)
		golden := "testdata/kernels.txt"
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(golden, []byte(table), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if table != string(want) {
			t.Errorf("the kernels are no longer those of %s; write it anew with UPDATE=1 if that is meant. Now:\n%s", golden, table)
		}
	}
}

// table compiles all there is for some architectures.
func (c *compiler) table(t *testing.T, processors []processor) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Kernels as NVRTC %d.%d compiles them: threads of a block, bytes of shared memory, and for each\n", c.major, c.minor)
	fmt.Fprintf(&b, "# architecture registers of a thread and theoretical occupancy in per cent. No kernel spills or has a stack.\n")
	fmt.Fprintf(&b, "%-26s %7s %6s", "# kernel", "threads", "shared")
	for _, p := range processors {
		fmt.Fprintf(&b, " %8s", fmt.Sprintf("sm_%d", p.arch))
	}
	fmt.Fprintln(&b)
	for _, m := range modules {
		facts := make([]map[string]used, len(processors))
		for i, p := range processors {
			if p.arch < m.least {
				continue
			}
			_, log, err := c.compile(m, p.arch, "--ptxas-options=-v")
			if err != nil {
				t.Fatal(err)
			}
			facts[i] = parse(log)
			if len(facts[i]) < len(m.kernels) {
				t.Errorf("%s.cu for sm_%d: the log names %d kernels, %d are listed", m.file, p.arch, len(facts[i]), len(m.kernels))
			}
		}
		for _, k := range m.kernels {
			fmt.Fprintf(&b, "%-26s %7d %6d", k.name, k.threads, facts[len(processors)-1][k.name].shared)
			for i, p := range processors {
				if p.arch < m.least {
					fmt.Fprintf(&b, " %8s", "-")
					continue
				}
				u := facts[i][k.name]
				if u.registers == 0 {
					t.Fatalf("kernel %s for sm_%d: the log does not name it", k.name, p.arch)
				}
				if u.spills+u.stack > 0 {
					t.Errorf("kernel %s for sm_%d: %d bytes of spills, %d of stack", k.name, p.arch, u.spills, u.stack)
				}
				fmt.Fprintf(&b, " %8s", fmt.Sprintf("%d/%d%%", u.registers, p.occupancy(k.threads, u)))
			}
			fmt.Fprintln(&b)
		}
	}
	return b.String()
}
