// Package search finds a rate for each layer by evolution: of all rules that differ in their
// rates it keeps those that no other beats in both FLOPs and score (LAT, Kim and Cho, arXiv
// 2010.07003). A search can be stopped and resumed.
package search

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"ltpbench/internal/ragged"
	"ltpbench/pruners"
)

// Settings are [search] in a plan. Tags declare each setting once, see internal/settings.
type Settings struct {
	Generations int     `toml:"generations" json:"generations" comment:"Generations after the first population." default:"10" range:"[0,10000]"`
	Population  int     `toml:"population" json:"population" comment:"Rates of the first population, which drop the same share in every layer; and the most parents of a generation." default:"20" range:"[2,10000]"`
	Mutations   int     `toml:"mutations" json:"mutations" comment:"Mutations in each generation." default:"30" range:"[0,10000]"`
	Crossovers  int     `toml:"crossovers" json:"crossovers" comment:"Crossovers in each generation." default:"30" range:"[0,10000]"`
	Probability float64 `toml:"probability" json:"probability" comment:"Probability that a mutation draws a layer's rate anew." default:"0.5" range:"(0,1]"`
	Texts       int     `toml:"texts" json:"texts" comment:"Number of held-out training texts that each candidate is evaluated on, at most." default:"400" range:"[1,1000000000]"`
}

// Candidates is how many are evaluated in all.
func (s Settings) Candidates() int {
	return s.Population + s.Generations*(s.Mutations+s.Crossovers)
}

// Candidate is a rule's rates with what they need and give on the held-out texts.
type Candidate struct {
	Generation int           `json:"generation"`
	Index      int           `json:"index"`
	Rates      pruners.Rates `json:"rates"`
	Paper      float64       `json:"paper_ratio"` // FLOPs by the published formula, relative to no pruning
	Score      float64       `json:"score"`       // accuracy, or Pearson's correlation
}

// Search is one search. All that is random follows from Seed, generation, index and how often it was drawn.
type Search struct {
	Settings
	Seed   uint64
	Layers int
	First  int // the first layer whose rate may be below 1
	// Evaluate returns the FLOPs and the score of rates.
	Evaluate func(ctx context.Context, r pruners.Rates) (paper, score float64, err error)
}

// Run evaluates the candidates that the log lacks, generation after generation, adds each to it,
// and returns the Pareto front, cheapest first. When ctx ends, the error is ctx's and the log is
// whole: the same call resumes.
func (s Search) Run(ctx context.Context, log *Log) ([]Candidate, error) {
	if s.First >= s.Layers {
		return nil, fmt.Errorf("a model of %d layers has none whose rate could be searched", s.Layers)
	}
	var front []Candidate
	known := map[string]Candidate{}
	for generation := range s.Generations + 1 {
		count := s.Population
		if generation > 0 {
			count = s.Mutations + s.Crossovers
		}
		parents := thinned(front, s.Population)
		for index := range count {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			c := Candidate{Generation: generation, Index: index}
			for attempt := range attempts { // for rates that were not evaluated yet
				c.Rates = s.draw(parents, generation, index, attempt)
				if _, again := known[c.Rates.String()]; !again {
					break
				}
			}
			found, err := log.next(c)
			if err != nil {
				return nil, err
			}
			switch same, again := known[c.Rates.String()]; {
			case found != nil:
				c = *found
			case again:
				c.Paper, c.Score = same.Paper, same.Score
				err = log.add(c)
			default:
				if c.Paper, c.Score, err = s.Evaluate(ctx, c.Rates); err == nil {
					err = log.add(c)
				}
			}
			if err != nil {
				return nil, err
			}
			known[c.Rates.String()] = c
			front = with(front, c)
		}
	}
	return front, log.end()
}

// draw makes the rates of a candidate: in generation 0 the same share dropped in every layer, from
// none to LengthDrop's, 1-0.8^(12/L); later a mutation of a parent or the mean of two.
func (s Search) draw(parents []Candidate, generation, index, attempt int) pruners.Rates {
	r := make(pruners.Rates, s.Layers)
	random := rand.New(rand.NewPCG(s.Seed, ragged.Mix(uint64(attempt)<<48^uint64(generation)<<24^uint64(index))))
	parent := func() pruners.Rates { return parents[random.IntN(len(parents))].Rates }
	switch {
	case generation == 0:
		most := 1 - math.Pow(0.8, 12/float64(s.Layers))
		keep, rate := 1-most*float64(index)/float64(s.Population-1), 1.0
		for i := range r {
			if i >= s.First {
				rate *= keep
			}
			r[i] = rounded(rate)
		}
	case index < s.Mutations:
		from := parent()
		for i := range r {
			r[i] = from[i]
			if i < s.First || random.Float64() >= s.Probability {
				continue
			}
			high, low := 1.0, smallest
			if i > 0 {
				high = r[i-1]
			}
			if i+1 < len(from) {
				low = from[i+1]
			}
			r[i] = rounded(low + (high-low)*random.Float64())
		}
	default:
		i, j := random.IntN(len(parents)), 0
		if len(parents) > 1 {
			j = (i + 1 + random.IntN(len(parents)-1)) % len(parents) // another one
		}
		a, b := parents[i].Rates, parents[j].Rates
		for i := range r {
			r[i] = rounded((a[i] + b[i]) / 2)
		}
	}
	return r
}

// attempts is how often a candidate is drawn until it is a new one.
const attempts = 20

// smallest is the lowest rate that is drawn.
const smallest = 0.01

// rounded rounds a rate to four decimals.
func rounded(x float64) float64 { return math.Round(x*1e4) / 1e4 }

// with adds a candidate to a front, which is sorted by FLOPs. One that another beats or equals is
// left out, and those that it beats go.
func with(front []Candidate, c Candidate) []Candidate {
	for _, x := range front {
		if x.Paper <= c.Paper && x.Score >= c.Score {
			return front
		}
	}
	front = slices.DeleteFunc(slices.Clone(front), func(x Candidate) bool { return x.Paper >= c.Paper && x.Score <= c.Score })
	at, _ := slices.BinarySearchFunc(front, c.Paper, func(x Candidate, paper float64) int {
		if x.Paper < paper {
			return -1
		}
		return 1
	})
	return slices.Insert(front, at, c)
}

// thinned is a front of at most n candidates: evenly spaced ones, the cheapest and the best among them.
func thinned(front []Candidate, n int) []Candidate {
	if len(front) <= n {
		return front
	}
	list := make([]Candidate, n)
	for i := range list {
		list[i] = front[i*(len(front)-1)/(n-1)]
	}
	return list
}

// Nearest is the candidate of a front that needs nearest to a budget.
func Nearest(front []Candidate, budget float64) Candidate {
	return slices.MinFunc(front, func(a, b Candidate) int {
		if math.Abs(a.Paper-budget) < math.Abs(b.Paper-budget) {
			return -1
		}
		return 1
	})
}
