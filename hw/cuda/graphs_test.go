//go:build cuda && cgo

package cuda

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// TestVariants: what stands after the colon.
func TestVariants(t *testing.T) {
	for variant, want := range map[string]string{"": "cuda f32", ":0": "cuda f32", ":eager": "cuda:eager f32", ":eager,bf16": "cuda:bf16,eager bf16", ":0,f16": "cuda:f16 f16", ":0,tf32,eager": "cuda:tf32,eager tf32"} {
		d, err := hw.Open("cuda"+variant, hw.Options{})
		if err != nil {
			t.Errorf("%s: %v", variant, err)
			continue
		}
		if i := d.Info(); i.Name+" "+string(i.Type) != want {
			t.Errorf("%q is %s %s, want %s", variant, i.Name, i.Type, want)
		}
		d.Close()
	}
}

// device opened for a test of what is inside it.
func inside(t *testing.T, variant string) *device {
	t.Helper()
	d, err := hw.Open(strings.TrimSuffix("cuda:"+variant, ":"), hw.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	d.(*device).graphs.patience = 1
	return d.(*device)
}

// TestGraphsAgree: an encoder that runs batches of different shapes again and again
// comes to the same bits as without graphs, with and without pruning, and most of
// the later runs are graphs.
func TestGraphsAgree(t *testing.T) {
	n, c := oracleNet(t)
	all := n.Cases.Pack()
	var single []ragged.Batch
	for b := range all.Seqs.Count() {
		from, to := all.Seqs[b], all.Seqs[b+1]
		single = append(single, ragged.Pack(ragged.Sequence{IDs: all.IDs[from:to], Segments: all.Segments[from:to]}))
	}
	var size model.Size
	size.Fit(all.Seqs)
	logits := map[string][]float32{}
	for _, variant := range []string{"f32", "f32,eager", "bf16", "bf16,eager"} {
		d, eager := inside(t, variant), strings.HasSuffix(variant, "eager")
		e, err := model.New(d, c)
		if err != nil {
			t.Fatal(err)
		}
		for _, rule := range []pruners.Pruner{pruners.None{}, pruners.TopK{Flat: 0.5}, pruners.Threshold{Theta: n.Cases.Threshold["padded"].Theta, Divisor: pruners.Padded}} {
			r, err := model.NewHardRun(e, rule, size, model.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range slices.Repeat(append(single[:2:2], all), 4) {
				r.Load(b)
				m := e.Forward(r)
				got := make([]float32, m.Rows*m.Cols)
				d.Read(got, m)
				if err := r.Sync(); err != nil {
					t.Fatal(err)
				}
				logits[variant] = append(logits[variant], got...)
			}
		}
		made, used := d.graphs.captures, d.graphs.replays
		if t.Logf("cuda:%s: %d graphs, launched %d times", variant, made, used); eager == (used > made && made > 10) {
			t.Errorf("cuda:%s: %d graphs, launched %d times", variant, made, used)
		}
	}
	for _, kind := range []string{"f32", "bf16"} {
		if !slices.Equal(logits[kind], logits[kind+",eager"]) {
			t.Errorf("with graphs the logits of %s are others", kind)
		}
	}
}

// steps scales x by s, four times over, into y and back: a script of four launches.
func steps(d *device, y, x, s hw.Mat) {
	for range 2 {
		d.Scale(y, x, s)
		d.Scale(x, y, s)
	}
}

// TestGraphsFollow: new contents of the same memory are what a graph works on, and
// other memory, another shape or one more call is no longer the same script.
func TestGraphsFollow(t *testing.T) {
	d := inside(t, "")
	x, other, y, s := d.Floats(6, 8), d.Floats(6, 8), d.Floats(6, 8), d.Floats(6, 1)
	d.Write(s, []float32{2, 2, 2, 2, 2, 2})
	run := func(what string, x hw.Mat, rows, more, graphs int) {
		t.Helper()
		r := rand.New(rand.NewPCG(1, uint64(rows)))
		values := make([]float32, rows*8)
		for i := range values {
			values[i] = float32(r.IntN(9))
		}
		d.Write(x.Top(rows), values)
		steps(d, y.Top(rows), x.Top(rows), s.Top(rows))
		for range more {
			d.Scale(x.Top(rows), x.Top(rows), s)
		}
		got := make([]float32, rows*8)
		d.Read(got, x.Top(rows))
		if err := d.Sync(); err != nil {
			t.Fatal(err)
		}
		for i, v := range values {
			if got[i] != v*float32(int(16)<<more) {
				t.Fatalf("%s: element %d is %v, want %v", what, i, got[i], v*float32(int(16)<<more))
			}
		}
		if d.graphs.replays != graphs {
			t.Errorf("%s: graphs were launched %d times, want %d", what, d.graphs.replays, graphs)
		}
	}
	run("the first time", x, 6, 0, 0)
	run("the second", x, 6, 0, 1)
	run("the third", x, 6, 0, 2)
	run("other memory", other, 6, 0, 2)
	run("another shape", x, 5, 0, 2)
	run("one call more", x, 6, 1, 2)
	run("the first again", x, 6, 0, 3)
}

// TestGraphsAreBounded: where many scripts take turns there are only so many graphs,
// and no more are made than are used.
func TestGraphsAreBounded(t *testing.T) {
	d := inside(t, "")
	x, y, s := d.Floats(1, mostGraphs+20), d.Floats(1, mostGraphs+20), d.Floats(1, 1)
	d.Write(s, []float32{1})
	for range 3 {
		for width := 1; width <= mostGraphs+20; width++ {
			steps(d, y.Shape(1, width), x.Shape(1, width), s)
			d.play()
		}
	}
	if g := &d.graphs; len(g.known) != mostGraphs || g.captures > mostGraphs+g.replays || g.replays < mostGraphs/2 {
		t.Errorf("%d graphs, %d made, launched %d times", len(g.known), g.captures, g.replays)
	}
}

// TestGraphsWait: a script is captured when it has come often, and not before.
func TestGraphsWait(t *testing.T) {
	d := open(t).(*device)
	x, s := d.Floats(4, 8), d.Floats(4, 1)
	for i := range patience + 2 {
		steps(d, x, x, s)
		if err := d.Sync(); err != nil || d.graphs.replays != max(0, i+1-patience) {
			t.Errorf("%v; after %d plays graphs were launched %d times", err, i+1, d.graphs.replays)
		}
	}
}

// TestGraphsCollide: of two scripts with one hash, the graph serves its own alone.
func TestGraphsCollide(t *testing.T) {
	d := inside(t, "")
	x, s := d.Floats(4, 8), d.Floats(4, 1)
	for want := range 3 {
		if want == 2 {
			for _, g := range d.graphs.known {
				g.words[1]++ // as if another script had come first
			}
			want = 1
		}
		steps(d, x, x, s)
		if err := d.Sync(); err != nil || len(d.graphs.known) != want || d.graphs.replays != want {
			t.Errorf("%v; %d graphs, launched %d times, want %d", err, len(d.graphs.known), d.graphs.replays, want)
		}
	}
}

// TestNoGraph: a capture that fails is an error that names the way out, and the
// stream is free again.
func TestNoGraph(t *testing.T) {
	d := inside(t, "")
	x, s := d.Floats(4, 8), d.Floats(4, 1)
	d.script.words, d.script.calls = []uint64{77}, leastCalls // no such call
	if g := d.graphs.capture(d); g != nil || d.err == nil || !strings.Contains(d.err.Error(), "no call 77; the device cuda:eager does without") {
		t.Errorf("%v, %v", g, d.err)
	}
	d.script.words, d.script.calls, d.err = nil, 0, nil
	for range 3 {
		steps(d, x, x, s)
		if err := d.Sync(); err != nil {
			t.Error(err)
		}
	}
	if text, ok := another(t, "graph", "SIMGPU_GRAPHS=0"); ok || !strings.Contains(text, "cuStreamBeginCapture_v2: operation not supported") || !strings.Contains(text, "cuda:eager") {
		t.Errorf("all is well: %v; it says %q", ok, text)
	}
}

func init() {
	// graph does what makes a graph.
	roles["graph"] = func() error {
		d, err := hw.Open("cuda", hw.Options{})
		if err != nil {
			return err
		}
		defer d.Close()
		x, s := d.Floats(4, 8), d.Floats(4, 1)
		for range patience + 1 {
			steps(d.(*device), x, x, s)
			if err := d.Sync(); err != nil {
				return err
			}
		}
		return nil
	}
}
