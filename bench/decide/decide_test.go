package decide

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/bench/clock"
	"ltpbench/bench/stats"
	_ "ltpbench/hw/cpu"
	"ltpbench/model"
	"ltpbench/pruners"
	"ltpbench/results"
)

// timed is a point that takes so much of the unpruned model's time, in every round.
func timed(t Tried, share float64) Tried {
	t.None, t.Times = &clock.Times{Rounds: []float64{1, 1.01, 0.99}}, &clock.Times{Rounds: []float64{share, 1.01 * share, 0.99 * share}}
	t.Rule = pruners.None{}
	return t
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		lost, won, n int
		share        float64
		latency      float64
		answer       Answer
		reason       string
		needed       bool
	}{
		{2, 2, 2000, 0.5, 0, Yes, "runs 2.00 times as fast", false},
		{2, 9, 2000, 0.5, 0, Yes, "gains 0.4 points", false},
		{90, 2, 2000, 0.5, 0, No, "more than the limit of 1, at least", false},
		{2, 2, 2000, 0.95, 0, No, "less than 1.2 times as fast", false},
		{0, 0, 20, 0.5, 0, CannotTell, "about 730 different texts in all", true},
		{30, 10, 2000, 0.5, 0, CannotTell, "no number of texts", false},
		{2, 2, 2000, 0.5, 0.001, No, "alone, more than 1.0", false},
	} {
		chosen := timed(Tried{Loss: stats.Paired{N: c.n, Lost: c.lost, Won: c.won}}, c.share)
		chosen.Times.Batch1 = []clock.Single{{Tokens: 3, Seconds: 0.002}}
		d := Decision{Limits: Limits{MaxLoss: 1, MinSpeedup: 1.2, Latency: c.latency}, Second: c.n, Chosen: chosen}
		if d.judge(); d.Answer != c.answer || !strings.Contains(d.Reason, c.reason) || d.Needed > 0 != c.needed {
			t.Errorf("%+v: %s: %s; %d needed", c, d.Answer, d.Reason, d.Needed)
		}
	}
	scatters := timed(Tried{Loss: stats.Paired{N: 2000}}, 0.8)
	scatters.Times.Rounds = []float64{0.7, 0.9, 0.8}
	d := Decision{Limits: Limits{MaxLoss: 1, MinSpeedup: 1.2}, Chosen: scatters}
	if d.judge(); d.Answer != CannotTell || !strings.Contains(d.Reason, "--rounds") {
		t.Errorf("%s: %s", d.Answer, d.Reason)
	}
	if d := (Decision{}); true {
		if d.judge(); d.Answer != No {
			t.Errorf("nothing was tried: %s", d.Answer)
		}
	}
}

func TestChoose(t *testing.T) {
	of := func(lost int, share float64) Tried {
		return timed(Tried{Loss: stats.Paired{N: 1000, Lost: lost}}, share)
	}
	l := Limits{MaxLoss: 1, MinSpeedup: 1.2}
	for _, c := range []struct {
		list []Tried
		want int
	}{
		{nil, -1},
		{[]Tried{{Loss: stats.Paired{N: 1000}}}, -1},       // not timed
		{[]Tried{of(2, 0.7), of(3, 0.5), of(40, 0.3)}, 1},  // the fastest within the limit
		{[]Tried{of(30, 0.4), of(20, 0.5), of(0, 0.9)}, 1}, // none is: the lowest bound of those fast enough
		{[]Tried{of(0, 0.99), of(0, 0.9), of(0, 0.95)}, 1}, // none is fast enough: the fastest
		{[]Tried{of(0, 0.5), of(0, 0.5)}, 0},               // equals: the first
	} {
		if got := choose(c.list, l); got != c.want {
			t.Errorf("of %d the choice is %d, want %d", len(c.list), got, c.want)
		}
	}
	list := []Tried{{Work: model.Ratio{Executed: 0.8}}, {Work: model.Ratio{Executed: 0.3}}, {Work: model.Ratio{Executed: 0.2}}}
	for i, lost := range []int{0, 5, 500} {
		list[i].Loss = stats.Paired{N: 1000, Lost: lost}
	}
	if got := fmt.Sprint(worth(list, 1)); got != "[1 0]" {
		t.Errorf("timed are %s", got)
	}
}

// TestPromise draws halves of fresh texts, with replacement, from what committed runs answered, has the choice made on
// one and judged on the other, and counts how often a yes is wrong: the loss on all texts is more than the limit. That
// is promised to happen in at most 5 of 100 cases. Limits lie just below the loss of each point, where it is hardest:
// once with that point alone to choose, once with all.
func TestPromise(t *testing.T) {
	const draws = 400
	random := rand.New(rand.NewPCG(18, 0))
	for _, run := range []string{"first-minute", "mrpc-minilm"} {
		points := committed(t, run)
		var wrong, asked [2]float64
		for _, n := range []int{60, 400} {
			for i, p := range points {
				if p.loss <= 0 {
					continue
				}
				l := Limits{MaxLoss: 100*p.loss - 1e-9, MinSpeedup: 1.05}
				for some, list := range [][]point{points[i : i+1], points} {
					own := 0.0
					for range draws {
						if answer, loss := decided(list, l, n, random); answer == Yes && loss > l.MaxLoss/100 {
							own++
						}
					}
					if own/draws > 0.05+3*math.Sqrt(0.05*0.95/draws) {
						t.Errorf("%s, point %d, %d texts a half: %.1f %% of the answers are a wrong yes", run, i, n, 100*own/draws)
					}
					wrong[some], asked[some] = wrong[some]+own, asked[some]+draws
				}
			}
		}
		alone, all := wrong[0]/asked[0], wrong[1]/asked[1]
		if t.Logf("%s: %.2f %% of the answers are a wrong yes, %.2f %% where all points are to choose from", run, 100*alone, 100*all); alone > 0.05 || all > 0.05 || alone < 0.02 {
			t.Errorf("%s: %.4f and %.4f of the answers are a wrong yes", run, alone, all)
		}
	}
}

// point is one of a committed run: for each text whether the unpruned model is right and whether it is.
type point struct {
	none, own []bool
	loss      float64
	executed  float64
}

// committed reads a run's points of its first seed.
func committed(t *testing.T, run string) (points []point) {
	t.Helper()
	dir := filepath.Join("../../results/runs", run)
	record, err := results.Read(filepath.Join(dir, results.RecordFile))
	if err != nil {
		t.Fatal(err)
	}
	list, problems, err := record.Predictions(filepath.Join(dir, "predictions.jsonl.gz"))
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	right := map[string][]bool{}
	for _, x := range list {
		right[x.Point] = append(right[x.Point], x.Prediction == x.Label)
	}
	var none []bool
	for _, p := range record.Points {
		name, err := p.FullName()
		if err != nil {
			t.Fatal(err)
		}
		executed, counted := p.Value(results.ExecutedRatio)
		if seed := p.Key(results.KeySeed); !counted || seed != "" && seed != "1" {
			continue
		}
		if p.Key(results.KeyMethod) == results.MethodNone {
			none = right[name]
			continue
		}
		x := point{none: none, own: right[name], executed: executed}
		if len(x.none) == 0 || len(x.none) != len(x.own) {
			t.Fatalf("%s: %d predictions of %s, %d unpruned", run, len(x.own), name, len(x.none))
		}
		x.loss = stats.Pair(x.none, x.own).Loss()
		points = append(points, x)
	}
	if len(points) < 6 {
		t.Fatalf("%s: %d points", run, len(points))
	}
	return points
}

// decided chooses on n fresh texts and judges on as many others; the loss is the chosen point's on all texts.
func decided(points []point, l Limits, n int, random *rand.Rand) (Answer, float64) {
	draw := func() []int {
		list := make([]int, n)
		for i := range list {
			list[i] = random.IntN(len(points[0].none))
		}
		return list
	}
	count := func(p *point, at []int) stats.Paired {
		c := stats.Paired{N: len(at)}
		for _, i := range at {
			switch {
			case p.none[i] && !p.own[i]:
				c.Lost++
			case p.own[i] && !p.none[i]:
				c.Won++
			}
		}
		return c
	}
	first, second := draw(), draw()
	list := make([]Tried, len(points))
	for i := range points {
		list[i] = timed(Tried{Loss: count(&points[i], first)}, points[i].executed)
	}
	at := choose(list, l)
	chosen := list[at]
	chosen.Loss = count(&points[at], second)
	d := Decision{Limits: l, Second: n, Chosen: chosen}
	d.judge()
	return d.Answer, points[at].loss
}

// TestWrite: the answer stands first, and the map says from where on pruning pays.
func TestWrite(t *testing.T) {
	chosen := timed(Tried{Loss: stats.Paired{N: 900, Lost: 1}}, 0.6)
	chosen.None.Grid, chosen.Times.Grid = map[clock.Box][]float64{}, map[clock.Box][]float64{}
	d := Decision{Limits: Limits{MaxLoss: 1, MinSpeedup: 1.2}, First: 900, Second: 900, Given: 2000, Tried: []Tried{chosen}, Chosen: chosen}
	for _, b := range []int{1, 32} {
		for _, n := range []int{16, 64, 256} {
			box, share := clock.Box{Sequences: b, Tokens: n}, 0.5
			if n < 64 || b == 1 {
				share = 1.1
			}
			d.Grid = append(d.Grid, box)
			d.Chosen.None.Grid[box], d.Chosen.Times.Grid[box] = []float64{1, 1.001, 0.999}, []float64{share, share, share}
		}
	}
	d.judge()
	d.Unpruned, d.Commonest = 0.5, commonest([]int{1, 0, 1, 1, 2})
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"yes: none, the best point", "1800 of 2000 texts were used", "at batch 1 it does not surely pay", "at batch 32 it pays from 64 tokens on", "2.00*", "is right on 50.0 % of the texts, and answering always with their commonest label is on 60.0 %"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("lacks %q:\n%s", want, &b)
		}
	}
}
