package search

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ltpbench/pruners"
)

// toy is a search whose scores are known: each layer has its own loss.
func toy(evaluated *int) Search {
	s := Search{Settings: Settings{Generations: 6, Population: 8, Mutations: 10, Crossovers: 6, Probability: 0.5, Texts: 1}, Seed: 3, Layers: 6, First: 1}
	s.Evaluate = func(_ context.Context, r pruners.Rates) (paper, score float64, err error) {
		*evaluated++
		score = 1
		for i, x := range r {
			paper += x / 6
			score -= math.Pow(1-x, 2) * float64(i+1) / 30
		}
		return paper, math.Round(score*50) / 50, nil
	}
	return s
}

func run(t *testing.T, s Search, ctx context.Context, path string) ([]Candidate, error) {
	t.Helper()
	log, err := OpenLog(path)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	return s.Run(ctx, log)
}

// TestResume: a search that is killed within a line of its log, or stopped between two candidates,
// finds the same front, and evaluates nothing twice.
func TestResume(t *testing.T) {
	n := 0
	whole := filepath.Join(t.TempDir(), "log")
	want, err := run(t, toy(&n), context.Background(), whole)
	if err != nil {
		t.Fatal(err)
	}
	all := n
	if s := toy(&n); all > s.Candidates() || all < s.Candidates()*9/10 || len(want) < 5 {
		t.Errorf("%d of %d candidates evaluated, %d on the front", all, s.Candidates(), len(want))
	}
	text, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	for range 20 {
		path := filepath.Join(t.TempDir(), "log")
		cut := random.IntN(len(text))
		if err := os.WriteFile(path, text[:cut], 0o666); err != nil {
			t.Fatal(err)
		}
		n = 0
		ctx, cancel := context.WithCancel(context.Background())
		s := toy(&n)
		evaluate := s.Evaluate
		s.Evaluate = func(ctx context.Context, r pruners.Rates) (float64, float64, error) {
			if n == 3 {
				cancel()
			}
			return evaluate(ctx, r)
		}
		if _, err := run(t, s, ctx, path); err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		first := n
		got, err := run(t, toy(&n), context.Background(), path)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d, cut at byte %d: %v, %v; want %v", seed, cut, got, err, want)
		}
		if lines := strings.Count(string(text[:cut]), "\n"); first > 4 || n > all || n < all-lines {
			t.Errorf("seed %d, cut at byte %d: %d evaluated, then %d in all", seed, cut, first, n)
		}
		if again, _ := os.ReadFile(path); string(again) != string(text) {
			t.Errorf("seed %d, cut at byte %d: another log", seed, cut)
		}
	}
	other := toy(&n)
	other.Seed++
	if _, err := run(t, other, context.Background(), whole); err == nil || !strings.Contains(err.Error(), "another search's") {
		t.Errorf("another search resumes: %v", err)
	}
	short := toy(&n)
	short.Generations--
	if _, err := run(t, short, context.Background(), whole); err == nil || !strings.Contains(err.Error(), "past the search's last candidate") {
		t.Errorf("a shorter search resumes: %v", err)
	}
	if err := os.WriteFile(whole, []byte("x\n"+string(text)), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenLog(whole); err == nil || !strings.Contains(err.Error(), "line 1 is damaged") {
		t.Errorf("a damaged log: %v", err)
	}
}

// TestFinds: evolution beats the first population, whose layers all drop the same share.
func TestFinds(t *testing.T) {
	n := 0
	s := toy(&n)
	s.Generations = 0
	before, err := run(t, s, context.Background(), filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	after, err := run(t, toy(&n), context.Background(), filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	better := 0
	for _, b := range before {
		if slices.ContainsFunc(after, func(a Candidate) bool { return a.Paper <= b.Paper && a.Score > b.Score }) {
			better++
		}
		if !slices.ContainsFunc(after, func(a Candidate) bool { return a.Paper <= b.Paper && a.Score >= b.Score }) {
			t.Errorf("%v is lost", b)
		}
	}
	if better < len(before)/2 {
		t.Errorf("%d of %d were improved", better, len(before))
	}
	if got := Nearest(after, 0.5).Paper; math.Abs(got-0.5) > 0.1 {
		t.Errorf("nearest to 0.5 is %v", got)
	}
}

// TestFront: no candidate of a front beats another, each one that is left out is beaten or equalled,
// and they are sorted.
func TestFront(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var front, all []Candidate
		for i := range rapid.IntRange(1, 40).Draw(t, "n") {
			c := Candidate{Index: i, Paper: float64(rapid.IntRange(1, 9).Draw(t, "paper")), Score: float64(rapid.IntRange(1, 9).Draw(t, "score"))}
			all, front = append(all, c), with(front, c)
		}
		for i := range len(front) - 1 {
			if !(front[i].Paper < front[i+1].Paper && front[i].Score < front[i+1].Score) {
				t.Fatalf("front %v", front)
			}
		}
		for _, c := range all {
			if !slices.ContainsFunc(front, func(x Candidate) bool { return x.Paper <= c.Paper && x.Score >= c.Score }) {
				t.Fatalf("%v is not on the front %v", c, front)
			}
		}
		few := thinned(front, 3)
		if len(few) != min(3, len(front)) || few[0].Index != front[0].Index || few[len(few)-1].Index != front[len(front)-1].Index {
			t.Fatalf("thinned to %v", few)
		}
	})
}

// TestDraw: drawn rates are rates, keep layers before First whole, and follow from seed,
// generation and index alone.
func TestDraw(t *testing.T) {
	n := 0
	for first := range 2 {
		s := toy(&n)
		s.First = first
		var parents []Candidate
		for index := range s.Population {
			parents = append(parents, Candidate{Rates: s.draw(nil, 0, index, 0)})
		}
		if got := parents[0].Rates.String() + " " + parents[7].Rates.String(); first == 0 && got != "1:1:1:1:1:1 0.64:0.4096:0.2621:0.1678:0.1074:0.0687" {
			t.Errorf("the first population reaches from %s", got)
		}
		for generation := range 50 {
			for index := range 16 {
				r := s.draw(parents, generation+1, index, 0)
				if p, err := pruners.ParseRates(r.String()); err != nil || len(p) != 6 || first == 1 && r[0] != 1 {
					t.Fatalf("drew %s: %v", r, err)
				}
				if !slices.Equal(r, s.draw(parents, generation+1, index, 0)) {
					t.Fatal("drawn anew")
				}
			}
		}
	}
}

// FuzzParseFront: whatever a file holds, it is a front whose rates fit, or an error.
func FuzzParseFront(f *testing.F) {
	text, _ := (&Front{Method: "x", Layers: 2, Front: []Candidate{{Rates: pruners.Rates{1, 0.5}, Paper: 0.5, Score: 0.9}}}).Bytes()
	f.Add(text)
	f.Add([]byte(`{"layers":1,"front":[{"rates":[2]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		front, err := ParseFront(text)
		if err != nil {
			return
		}
		for _, c := range front.Front {
			if len(c.Rates) != front.Layers || len(c.Rates) == 0 || c.Rates[0] > 1 {
				t.Errorf("a front with rates %v", c.Rates)
			}
		}
	})
}
