package pruners

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"ltpbench/hw"
)

// has reports whether a rule has a capability.
func has[T any](p Pruner) bool { _, ok := As[T](p); return ok }

// TestCapabilities: what a rule can do and what its entry says of it belong together, so
// that nothing it declares goes unused.
func TestCapabilities(t *testing.T) {
	every(t, func(t *testing.T, rule Rule, p Pruner) {
		for what, ok := range map[string]bool{
			"a rule is Tunable, or Shallow, iff its entry has Knobs":                      (has[Tunable](p) || has[Shallow](p)) == (len(rule.Knobs) > 0),
			"a rule is Learnable iff one of its stages is soft":                           has[Learnable](p) == rule.Trains(Soft),
			"a rule is a Sampler iff it is trained for all lengths":                       has[Sampler](p) == rule.Trains(Lengths),
			"a rule is Searched iff its entry has a Search":                               has[Searched](p) == (rule.Search != nil),
			"a Search is of a knob":                                                       rule.Search == nil || slices.ContainsFunc(rule.Knobs, func(k Knob) bool { return k.Key == rule.Search.Knob }),
			"Start is for a rule that learns":                                             rule.Start == nil || has[Learnable](p),
			"a Scaler is scaled while it is trained, so it is Learnable":                  !has[Scaler](p) || has[Learnable](p),
			"Counted serves budgets, so it is Tunable or Shallow":                         !has[Counted](p) || has[Tunable](p) || has[Shallow](p),
			"a Merger has no Keep: neither OnDevice nor Unprotected is asked":             !has[Merger](p) || !has[OnDevice](p) && !has[Unprotected](p),
			"a Merger, or a rule with networks, decides where it has no score: a Decider": !has[Merger](p) && !has[Predictor](p) || has[Decider](p),
			"score= is for a rule that reads attention's score":                           !rule.Scores || reads(p),
			"a rule decides somewhere, or leaves layers out, or it is none":               decidesAt(p) >= 0 || Depth(p, 6) < 6 || rule.Name == "none",
			"a Shallow rule leaves some layers out, and not all":                          !has[Shallow](p) || Depth(p, 1<<10) < 1<<10 && Depth(p, 1) == 1,
			"an Early rule decides before attention somewhere, and has no score there":    !has[Early](p) || earlyAt(p) >= 0,
			"a rule that reads keys does so where it decides after attention":             readsKeysWhereItSays(p),
			"a KeyLearner learns decisions before attention":                              learnsKeys(t, p),
			"a rule that learns more than its spec says is Learnable, or Sampled":         !has[Stateful](p) || has[Learnable](p) || has[Sampled](p),
		} {
			if !ok {
				t.Error(what)
			}
		}
		for _, key := range rule.Series {
			if !slices.ContainsFunc(rule.Params, func(d ParamDoc) bool { return d.Key == key && d.Doc != "" }) {
				t.Errorf("series by %s, which has no doc", key)
			}
		}
		for _, knob := range rule.Knobs {
			if q, ok, err := ParseSeries(rule.Name + join(knobPart(rule, knob))); !ok || err != nil || !q.Spec().has(knob.Key) {
				t.Errorf("a plan cannot name the series of knob %s: %v, %v", knob.Key, q, err)
			}
		}
		if rule.Seed != "" && Seeded(p, 3).Spec().String() == Seeded(p, 4).Spec().String() {
			t.Error("another seed is the same rule")
		}
	})
}

func knobPart(rule Rule, k Knob) []string {
	if k == rule.Knobs[0] {
		return nil
	}
	return []string{k.Key}
}

// reads reports whether a rule of 6 layers reads attention's score somewhere, or would if it were not random.
func reads(p Pruner) bool {
	if n, ok := p.(noise); ok {
		p = n.Pruner
	}
	return slices.ContainsFunc([]int{0, 1, 2, 3, 4, 5}, func(l int) bool { return p.Score(l, 6).Kind != hw.NoScore })
}

// earlyAt is the first of 6 layers in which a rule decides before attention; -1: none, or it
// reads a score there.
func earlyAt(p Pruner) int {
	first := -1
	for l := range 6 {
		if Before(p, l, 6) && (p.Score(l, 6).Kind != hw.NoScore || !Decides(p, l, 6)) {
			return -1
		}
		if Before(p, l, 6) && first < 0 {
			first = l
		}
	}
	return first
}

func readsKeysWhereItSays(p Pruner) bool {
	k, ok := As[KeyReader](p)
	for l := range 6 {
		v := view(rand.New(rand.NewPCG(2, 2)), l, 6, 9, 12)
		if says := ok && k.ReadsKeys(l, 6); says != keysRead(p, v) || says && Before(p, l, 6) {
			return false
		}
	}
	return ok == ReadsKeys(p, 6)
}

func learnsKeys(t *testing.T, p Pruner) bool {
	if !has[Learnable](p) {
		return true
	}
	l, _, err := Learn(p, LearnOptions{Layers: 6, Heads: 4, Width: width, Temperature: 0.02, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	keys, ok := LearnerAs[KeyLearner](l)
	for layer := range 6 {
		if ok && keys.Masks(layer) && !Before(p, layer, 6) {
			return false
		}
	}
	return true
}

// decidesAt is the first of 6 layers in which a rule decides; -1: none.
func decidesAt(p Pruner) int {
	return slices.IndexFunc([]int{0, 1, 2, 3, 4, 5}, func(l int) bool { return Decides(p, l, 6) })
}

// TestOnDevice: a device without the kernel is told from one that has it, so that the host decides.
func TestOnDevice(t *testing.T) {
	every(t, func(t *testing.T, rule Rule, p Pruner) {
		if on, ok := As[OnDevice](p); ok && on.KeepOn(nil, DeviceView{}, Selection{}) {
			t.Error("decides on no device at all")
		}
	})
}

// TestUnprotected: without protection a rule decides as with it where row 0 is the best of
// its sequence and the rule keeps any.
func TestUnprotected(t *testing.T) {
	every(t, func(t *testing.T, rule Rule, p Pruner) {
		u, ok := As[Unprotected](p)
		if _, random := p.(noise); !ok || random {
			return // row 0 cannot be made the best by chance
		}
		v := view(rand.New(rand.NewPCG(4, 4)), decidesAt(p), 6, 2, 17, 40)
		for b := range v.Seqs.Count() {
			v.Scores[v.Seqs[b]] = 99
		}
		keep := make([]bool, v.Seqs.Rows())
		u.KeepUnprotected(v, keep)
		want := decide(t, p, v)
		for b := range v.Seqs.Count() {
			i, j := v.Seqs[b], v.Seqs[b+1]
			if slices.Contains(keep[i:j], true) && !slices.Equal(keep[i:j], want[i:j]) {
				t.Errorf("sequence %d: unprotected %v, protected %v", b, keep[i:j], want[i:j])
			}
		}
	})
}

// TestScaler: scaled by 1 a rule decides as before, by more it keeps no row more.
func TestScaler(t *testing.T) {
	every(t, func(t *testing.T, rule Rule, p Pruner) {
		if !has[Scaler](p) {
			return
		}
		r := rand.New(rand.NewPCG(6, 6))
		same, _ := Scale(p, 1)
		more, ok := Scale(p, 1.5)
		if !ok {
			t.Fatal("a Scaler is not scaled")
		}
		for layer := range 6 {
			v := view(r, layer, 6, 3, 30)
			was, is, less := decide(t, p, v), decide(t, same, v), decide(t, more, v)
			if !slices.Equal(was, is) {
				t.Errorf("layer %d: scaled by 1 it keeps %v, before %v", layer, is, was)
			}
			for row := range less {
				if less[row] && !was[row] {
					t.Errorf("layer %d: row %d lives under larger numbers alone", layer, row)
				}
			}
		}
	})
}

// TestLearners: the mask of every rule that learns lies in [0,1]; its gradients with respect to
// parameters, scores and hidden rows agree with differences; and its hard rule is one of the
// registry that fits the model and decides as the mask's middle does.
func TestLearners(t *testing.T) {
	every(t, func(t *testing.T, rule Rule, p Pruner) {
		if !has[Learnable](p) {
			return
		}
		// Scores of the suite's views lie near 2, where published ones lie near 1/128.
		p = scaledTo(p, 2)
		l, ok, err := Learn(p, LearnOptions{Layers: 6, Heads: 4, Width: width, Temperature: 0.02, Seed: 1})
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		if net, ok := LearnerAs[NetLearner](l); ok {
			net.Learned(net.State())
		}
		hard := l.Pruner()
		if RuleOf(hard).Name != rule.Name || Series(hard) != Series(p) || Fits(hard, 6) != nil {
			t.Errorf("the hard rule is %s: %v", hard.Spec(), Fits(hard, 6))
		}
		again, err := Parse(hard.Spec().String())
		if err == nil {
			again, err = WithState(again, StateOf(hard))
		}
		if err != nil || !reflect.DeepEqual(again, hard) {
			t.Errorf("the hard rule %s comes back as %v, %v", hard.Spec(), again, err)
		}
		if _, ok := LearnerAs[KeyLearner](l); ok { // where such a rule begins few rows are about to go
			for _, x := range l.Params() {
				for i := range x.Value {
					x.Value[i] *= 3
				}
			}
		}
		merges, _ := LearnerAs[MergeLearner](l)
		for layer := range 6 {
			if l.Masks(layer) {
				learning(t, l, hard, layer)
			}
			if merges != nil && merges.Merges(layer) {
				learningMerge(t, merges, hard, layer)
			}
		}
	})
}

// scaledTo brings a rule that compares to scores of the suite's size.
func scaledTo(p Pruner, mean float32) Pruner {
	if q, ok := Scale(p, mean*PaddedLength/256); ok {
		return q
	}
	return p
}

// relaxed is a KeyLearner whose policy is a hard decision with a straight-through gradient.
// Relax returns a learner over the same parameters whose Mask is the soft function of which
// that gradient is the derivative: what finite differences are taken of.
type relaxed interface {
	KeyLearner
	Relax() Learner
}

// learned6 is a view of one of 6 layers while a rule learns, with scores near 2 and a policy.
func learned6(r *rand.Rand, hard Pruner, layer int) View {
	v := view(r, layer, 6, 2, 5, 9)
	for i := range v.Scores {
		v.Scores[i] = 1 + r.Float32()
	}
	v, _ = asked(hard, v)
	v.Draw = 7
	return v
}

func learning(t *testing.T, l Learner, hard Pruner, layer int) {
	r := rand.New(rand.NewPCG(8, uint64(layer)))
	v := learned6(r, hard, layer)
	keys, weighsKeys := LearnerAs[KeyLearner](l)
	if weighsKeys {
		for range v.Positions {
			v.Policy = append(v.Policy, 0.5+r.Float32()/2)
		}
		for b := range v.Seqs.Count() {
			v.Policy[v.Seqs[b]] = 1 // row 0 counts in full
		}
		for i := range v.Policy {
			if keys.Biases() {
				v.Policy[i] = float32(math.Log(float64(v.Policy[i])))
			}
		}
		if hardly, ok := LearnerAs[relaxed](l); ok {
			firm := make([]float32, v.Seqs.Rows())
			l.Mask(v, firm)
			for i, d := range firm {
				if d != 0 && d != v.Policy[i] {
					t.Errorf("layer %d: a hard decision of %v after %v", layer, d, v.Policy[i])
				}
			}
			l = hardly.Relax()
		}
	}
	n := v.Seqs.Rows()
	mask, weight := make([]float32, n), make([]float32, n)
	for i := range weight {
		weight[i] = r.Float32() - 0.5
	}
	low, high := float32(0), float32(1)
	if weighsKeys && keys.Biases() {
		low, high = float32(math.Inf(-1)), 0
	}
	loss := func() (sum float64) {
		l.Mask(v, mask)
		for i, m := range mask {
			sum += float64(m) * float64(weight[i])
		}
		return sum
	}
	loss()
	for _, m := range mask {
		if !(m >= low && m <= high) {
			t.Fatalf("layer %d: a mask of %v", layer, m)
		}
	}
	kept := decide(t, hard, v)
	if has[Counted](hard) && !weighsKeys { // it does not cut at the middle: as many stay as masks add up to
		for b := range v.Seqs.Count() {
			n, sum := 0, 0.0
			for r := v.Seqs[b]; r < v.Seqs[b+1]; r++ {
				if sum += float64(mask[r]); kept[r] {
					n++
				}
			}
			if want := max(1, int(sum+1e-6)); n != want {
				t.Errorf("layer %d, sequence %d: masks add up to %v and the hard rule keeps %d rows", layer, b, sum, n)
			}
		}
		kept = nil
	}
	for row, keep := range kept {
		if first := slices.Contains(v.Seqs, int32(row)); !weighsKeys && !first && keep != (mask[row] >= 0.5) && math.Abs(float64(mask[row])-0.5) > 1e-3 {
			t.Errorf("layer %d, row %d: the mask is %v and the hard rule keeps it: %v", layer, row, mask[row], keep)
		}
	}
	grads := MaskGrads{Scores: make([]float32, len(v.Scores)), Hidden: make([]float32, n*width), Policy: make([]float32, n)}
	gradients(t, l, v, loss, func() { l.MaskGrad(v, slices.Clone(mask), slices.Clone(weight), grads) }, &grads)
}

// learningMerge is learning for the weights of a layer's new rows.
func learningMerge(t *testing.T, l MergeLearner, hard Pruner, layer int) {
	r := rand.New(rand.NewPCG(9, uint64(layer)))
	v := learned6(r, hard, layer)
	var m Merged
	l.Merge(v, &m)
	weight := make([]float32, len(m.Weights))
	for i := range weight {
		weight[i] = r.Float32() - 0.5
	}
	loss := func() (sum float64) {
		l.Merge(v, &m)
		for i, w := range m.Weights {
			sum += float64(w) * float64(weight[i])
		}
		return sum
	}
	loss()
	grads := MaskGrads{Scores: make([]float32, len(v.Scores)), Hidden: make([]float32, v.Seqs.Rows()*width)}
	gradients(t, l, v, loss, func() { l.MergeGrad(v, &m, slices.Clone(weight), grads) }, &grads)
}

// gradients compares what back leaves in grads and in l's parameters with differences of the loss.
func gradients(t *testing.T, l Learner, v View, loss func() float64, back func(), grads *MaskGrads) {
	t.Helper()
	for _, p := range l.Params() {
		if len(p.Grad) != len(p.Value) || p.Fixed != nil && len(p.Fixed) != len(p.Value) || p.Name == "" {
			t.Fatalf("parameter %q has %d values and %d gradients", p.Name, len(p.Value), len(p.Grad))
		}
		clear(p.Grad)
	}
	back()
	// near compares gradients with differences, to a share of the largest among them.
	near := func(what string, step float32, got []float32, x []float32, fixed []bool) {
		want, most := make([]float64, len(x)), 0.0
		for i, before := range x {
			x[i] = before + step
			up := loss()
			x[i] = before - step
			want[i] = (up - loss()) / (2 * float64(step))
			x[i] = before
			if fixed == nil || !fixed[i] {
				most = max(most, math.Abs(want[i]))
			}
		}
		for i, d := range want {
			if (fixed == nil || !fixed[i]) && !(math.Abs(float64(got[i])-d) <= 0.03*most+1e-6) {
				t.Errorf("layer %d: the gradient of %s %d is %v, by differences %v", v.Layer, what, i, got[i], d)
			}
		}
	}
	for _, p := range l.Params() {
		near(p.Name, 1e-3, p.Grad, p.Value, p.Fixed)
	}
	step := float32(1e-2)
	if keys, ok := LearnerAs[KeyLearner](l); ok && keys.Biases() {
		step = 1e-3 // biases bend
	}
	near("score", step, grads.Scores, v.Scores, nil)
	near("policy", step, grads.Policy, v.Policy, nil)
	if l.UsesHidden() {
		near("hidden value", 1e-2, grads.Hidden, v.Hidden(), nil)
	}
	if !l.UsesHidden() && slices.ContainsFunc(grads.Hidden, func(x float32) bool { return x != 0 }) {
		t.Error("a learner that does not use hidden rows sends a gradient there")
	}
}
