//go:build cuda && cgo

package cuda

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"ltpbench/hw"
	_ "ltpbench/hw/cpu"
	"ltpbench/internal/oracle"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// noting is a device that records some of the calls. It fails the test if a context was
// computed by the time the wait for the count was over.
type noting struct {
	*device
	t       *testing.T
	calls   []string
	context hw.Mat
}

func (n *noting) note(call string) { n.calls = append(n.calls, call) }

func (n *noting) Scores(a *hw.Attention)                { n.note("scores"); n.device.Scores(a) }
func (n *noting) StartRead(src hw.Ints)                 { n.note("start"); n.device.StartRead(src) }
func (n *noting) Read(dst []float32, src hw.Mat)        { n.note("read"); n.device.Read(dst, src) }
func (n *noting) ReadInts(dst []int32, src hw.Ints)     { n.note("read"); n.device.ReadInts(dst, src) }
func (n *noting) Gather(y, x hw.Mat, rows hw.Ints)      { n.note("gather"); n.device.Gather(y, x, rows) }
func (n *noting) Norm(y, x, r hw.Mat, w hw.NormWeights) { n.note("norm"); n.device.Norm(y, x, r, w) }

func (n *noting) Context(y hw.Mat, a *hw.Attention, rows hw.Ints) {
	n.note("context")
	n.context = y
	n.device.Context(y, a, rows)
}

func (n *noting) Linear(y, x hw.Mat, w hw.Weights, act hw.Act, pre hw.Mat) {
	n.note("linear")
	n.device.Linear(y, x, w, act, pre)
}

func (n *noting) FinishRead(dst []int32) {
	n.note("finish")
	n.device.FinishRead(dst)
	if !n.simulated {
		return
	}
	before := peek(n.context)
	if err := n.device.Sync(); err != nil {
		n.t.Fatal(err)
	}
	if peek(n.context) == before {
		n.t.Error("the context was computed before the wait for the count was over: the host waited for the stream")
	}
}

// TestCountIsLate: a layer that prunes waits for its count between attention's context
// and the product after it, and only for the count.
func TestCountIsLate(t *testing.T) {
	n, c := oracleNet(t)
	d := &noting{device: inside(t, ""), t: t}
	d.few = 0
	r, forward := running(t, d, c, n.Cases.Pack(), pruners.TopK{Flat: 0.5})
	r.Load(n.Cases.Pack())
	forward()
	r.Load(n.Cases.Pack())
	d.calls = nil
	forward() // by now all memory is allocated
	if err := r.Sync(); err != nil {
		t.Fatal(err)
	}
	const before, after = "linear linear scores", "linear norm linear linear norm"
	unpruned := strings.Join([]string{before, "context", after}, " ")
	pruned := strings.Join([]string{before, "start gather context finish", after}, " ")
	// top-k begins in the second layer; in the last layer one row of each sequence asks
	want := strings.Join([]string{unpruned, pruned, pruned, "gather", unpruned, "gather linear linear"}, " ")
	if got := strings.Join(d.calls, " "); got != want {
		t.Errorf("the calls are\n%s, want\n%s", got, want)
	}
}

// oracleNet is a network of the oracle with an odd width, and its texts.
func oracleNet(t *testing.T) (oracle.Net, *model.Checkpoint) {
	t.Helper()
	n, err := oracle.Read("../../model/testdata/oracle/bert-4x40-odd")
	if err != nil {
		t.Fatal(err)
	}
	c, err := model.Load(n.Dir)
	if err != nil {
		t.Fatal(err)
	}
	return n, c
}

// running makes a run with room for a batch, and its forward pass.
func running(t *testing.T, d hw.Device, c *model.Checkpoint, largest ragged.Batch, rule pruners.Pruner) (*model.Run, func() hw.Mat) {
	t.Helper()
	e, err := model.New(d, c)
	if err != nil {
		t.Fatal(err)
	}
	var size model.Size
	size.Fit(largest.Seqs)
	r, err := model.NewHardRun(e, rule, size, model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r, func() hw.Mat { return e.Forward(r) }
}

// TestCountsInTurn: batches of different sizes take turns, some with too few rows to be
// counted. Layers that are counted are as large as what is left, what is kept is what the
// CPU keeps, and logits have the same bits as without graphs.
func TestCountsInTurn(t *testing.T) {
	n, c := oracleNet(t)
	var all []int
	for len(all) == 0 || n.Cases.Pack(all...).Seqs.Rows() < fewRows+60 {
		all = append(all, len(all)%len(n.Cases.Batch))
	}
	large, larger, small := n.Cases.Pack(all[1:]...), n.Cases.Pack(all...), n.Cases.Pack(all[:3]...)
	if large.Seqs.Rows() <= fewRows {
		t.Fatalf("%d rows are not counted", large.Seqs.Rows())
	}
	for _, rule := range []pruners.Pruner{pruners.TopK{Flat: 0.6}, pruners.Threshold{Theta: n.Cases.Threshold["padded"].Theta, Divisor: pruners.Padded}} {
		answers, logits, counted := map[string][]string{}, map[string][][]float32{}, 0
		for _, name := range []string{"cpu", "cuda", "cuda:eager", "cuda:bf16", "cuda:bf16,eager"} {
			d, err := hw.Open(name, hw.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			if d, ok := d.(*device); ok {
				d.graphs.patience = 1
			}
			r, forward := running(t, d, c, larger, rule)
			for _, b := range []ragged.Batch{large, small, larger, small, large} {
				r.Load(b)
				m := forward()
				if err := r.Sync(); err != nil {
					t.Fatal(err)
				}
				x := make([]float32, m.Rows*m.Cols)
				d.Read(x, m)
				logits[name] = append(logits[name], x)
				for i := range r.Depth() {
					next, positions := r.Kept(i)
					answers[name] = append(answers[name], fmt.Sprint(i, next, positions))
					a := r.Activations(i)
					if a.X.Rows > fewRows && a.Y.Rows < a.X.Rows {
						counted++
					}
					if a.X.Rows > fewRows && a.Y.Rows != next.Rows() {
						t.Errorf("%s on %s: layer %d ends with %d rows of %d; %d are left", rule.Spec(), name, i, a.Y.Rows, a.X.Rows, next.Rows())
					}
				}
			}
		}
		if counted < 5*3 { // devices and large batches
			t.Errorf("%s: only %d layers were counted", rule.Spec(), counted)
		}
		for _, name := range []string{"cuda", "cuda:eager"} {
			if !slices.Equal(answers[name], answers["cpu"]) {
				t.Errorf("%s on %s keeps\n%v\n, and on the CPU\n%v", rule.Spec(), name, answers[name], answers["cpu"])
			}
		}
		for _, kind := range []string{"", "bf16,"} {
			graphs, eager := strings.TrimSuffix("cuda:"+strings.TrimSuffix(kind, ","), ":"), "cuda:"+kind+"eager"
			if !reflect.DeepEqual(logits[graphs], logits[eager]) || !slices.Equal(answers[graphs], answers[eager]) {
				t.Errorf("%s: %s comes to other bits than %s", rule.Spec(), graphs, eager)
			}
		}
	}
}
